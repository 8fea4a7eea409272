"""The other side of rules that were narrowed: what each reports, beside what it no longer does."""

import pytest

from tests.rules.test_dangers import (
    READ_ONLY,
    SERVICE,
    TASK,
    UNCHANGED,
    Row,
    causes,
    graph_of,
    sheets,
    text_of,
)

REGION = 'region = "eu-west-1"'
TAGGED = f'{REGION}\n  default_tags {{\n    tags = {{ Stack = "shop" }}\n  }}'
FETCHING = 'Effect   = "Allow"\n        Action   = "secretsmanager:GetSecretValue"'
FROM_ADDRESS = f'Condition = {{ IpAddress = {{ "aws:SourceIp" = "10.0.0.0/16" }} }}\n        {FETCHING}'
OF_STAGE = f'Condition = {{ StringEquals = {{ "secretsmanager:VersionStage" = "AWSCURRENT" }} }}\n        {FETCHING}'
TASKS = """Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }"""
PEOPLE = 'Principal = { Service = "ecs-tasks.amazonaws.com", AWS = "arn:aws:iam::999988887777:root" }'
ME = 'data "aws_caller_identity" "me" {\n  account_id = "999988887777"\n}\n'
WRITABLE = "readonlyRootFilesystem = false"
CPU = 'predefined_metric_type = "ECSServiceAverageCPUUtilization"'
SECOND_VPC = 'resource "aws_vpc" "second" {\n  cidr_block = "10.8.0.0/16"\n}\n'
LOOKED_UP = 'data "aws_vpc" "shop" {\n  tags = { Name = "shop" }\n}\n'
INSIDE = """
resource "aws_lb" "inside" {
  internal        = true
  subnets         = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups = [aws_security_group.web.id]
}
"""
FURTHER = """
resource "aws_lb_target_group" "further" {
  vpc_id   = aws_vpc.main.id
  port     = 8080
  protocol = "HTTP"
}
"""


def requests_of(group: str) -> str:
    label = f"${{aws_lb.web.arn_suffix}}/${{aws_lb_target_group.{group}.arn_suffix}}"
    return f'predefined_metric_type = "ALBRequestCountPerTarget"\n      resource_label = "{label}"'


def budget(tag: str) -> str:
    return f"""
resource "aws_budgets_budget" "tagged" {{
  budget_type  = "COST"
  limit_amount = "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  cost_filter {{
    name   = "TagKeyValue"
    values = ["user:Stack${tag}"]
  }}
  notification {{
    subscriber_email_addresses = ["ops@example.com"]
  }}
}}
"""


def with_root(read_only: str) -> str:
    logging = 'logDriver = "awslogs", options = { awslogs-group = aws_cloudwatch_log_group.web.name }'
    return f"""
resource "aws_ecs_task_definition" "root_{read_only}" {{
  family = "root-{read_only}"
  container_definitions = jsonencode([{{
    name                   = "a"
    image                  = "nginx:1.27"
    readonlyRootFilesystem = {read_only}
    logConfiguration       = {{ {logging} }}
  }}])
}}
"""


def web_acl(action: str) -> str:
    return f"""
resource "aws_wafv2_web_acl" "bare" {{
  scope = "CLOUDFRONT"
  default_action {{
    {action} {{}}
  }}
}}
"""


def log_policy(service: str) -> str:
    return f"""
resource "aws_s3_bucket" "logs" {{
  bucket = "shop-logs"
}}
resource "aws_s3_bucket_policy" "logs" {{
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({{
    Statement = [{{
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::shop-logs/*"
      Principal = {{ Service = "{service}" }}
    }}]
  }})
}}
"""


def spare(kind: str) -> str:
    return f"""
resource "aws_lb_target_group" "spare" {{
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "{kind}"
}}
"""


def switched(value: str) -> str:
    return f"""
resource "aws_db_parameter_group" "other" {{
  name   = "shop-other"
  family = "postgres16"
  parameter {{
    name  = "log_connections"
    value = {value}
  }}
}}
"""


ROWS: list[Row] = [
    ("NET218", "", "", "", INSIDE, True),
    ("NET218", "aws_route_table.private", "nat_gateway_id = aws_nat_gateway", "gateway_id = aws_internet_gateway", INSIDE, False),
    ("NET268", "aws_internet_gateway.main", "aws_vpc.main.id", "aws_vpc.second.id", SECOND_VPC, True),
    ("NET268", "aws_internet_gateway.main", "aws_vpc.main.id", "data.aws_vpc.shop.id", LOOKED_UP, False),
    ("IAM264", "aws_iam_role_policy.execution", FETCHING, FROM_ADDRESS, "", True),
    ("IAM264", "aws_iam_role_policy.execution", FETCHING, OF_STAGE, "", False),
    ("IAM266", "aws_iam_role.task", TASKS, PEOPLE, "", True),
    ("IAM266", "aws_iam_role.task", TASKS, PEOPLE, ME, False),
    ("SVC206", TASK, READ_ONLY, WRITABLE, f"{with_root('true')}{with_root('false')}", False),
    ("SVC206", TASK, READ_ONLY, WRITABLE, with_root("true"), True),
    ("SVC238", "aws_appautoscaling_policy.cpu", CPU, requests_of("further"), FURTHER, True),
    ("SVC238", "aws_appautoscaling_policy.cpu", CPU, requests_of("web"), "", False),
    ("MON265", "provider.aws", REGION, TAGGED, budget("blog"), True),
    ("MON265", "provider.aws", REGION, TAGGED, budget("shop"), False),
    ("MON265", "provider.aws", REGION, REGION, budget("blog"), False),
    ("STA231", "aws_cloudwatch_log_group.web", "retention_in_days = 30", "retention_in_days = 0", "", False),
    ("STA201", "terraform", 'region       = "eu-west-1"', 'region = "somewhere"', "", True),
    ("STA201", "terraform", 'region       = "eu-west-1"', 'region = "somewhere"\n skip_region_validation = true', "", False),
    ("LIM230", SERVICE, "desired_count   = 2", 'desired_count = 2\n platform_version = "1.4.0"', "", False),
    ("LIM230", "", "", "", web_acl("block"), True),
    ("LIM230", "", "", "", web_acl("allow"), False),
    ("LBA222", "", "", "", log_policy("logdelivery.elasticloadbalancing.amazonaws.com"), True),
    ("LBA222", "", "", "", log_policy("delivery.logs.amazonaws.com"), False),
    ("DBS221", "", "", "", switched("1"), False),
    ("DBS221", "", "", "", switched("0"), False),
    ("DBS221", "", "", "", switched('"1"'), False),
    ("DBS221", "", "", "", switched("true"), True),
    ("DBS221", "", "", "", switched('"yes"'), True),
    ("LBA223", "", "", "", spare("instance"), False),
    ("LBA223", "", "", "", spare("ip"), True),
]  # fmt: skip


@pytest.mark.parametrize("sheet", sheets(ROWS), ids=lambda sheet: sheet[0][0])
def test_a_narrowed_rule_keeps_both_sides(sheet: list[Row]) -> None:
    changed = graph_of(text_of(sheet))
    judged = [(row, bool(causes(row[0], changed) - causes(row[0], UNCHANGED()))) for row in sheet]
    assert [row for row, noticed in judged if noticed != row[5]] == []
