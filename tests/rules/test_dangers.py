"""Both sides of rules over what AWS accepts and what endangers a stack all the same."""

from functools import cache
from typing import TypeAlias

import pytest
from stage3c.graph import Graph
from stage3c.readers.configuration import read_configuration
from stage3c.rules import catalogue
from stage3c.rules.terraform_overlay import blocks, stack

Row: TypeAlias = tuple[str, str, str, str, str, bool]
"""Rule, block, a text of it and its replacement, blocks that are added; and whether the rule notices it."""

TASK = "aws_ecs_task_definition.web"
ALARM = "aws_cloudwatch_metric_alarm.cpu"
DATABASE = "aws_db_instance.main"
GROUP = "aws_lb_target_group.web"
SERVICE = "aws_ecs_service.web"
READ_ONLY = "readonlyRootFilesystem = true"
INGRESS = "aws_vpc_security_group_ingress_rule.https"
CHECK = 'path    = "/ready"'
MAIL = "aws_sns_topic_subscription.alarms"
FILTER = 'filter_policy = jsonencode({ severity = ["high"] })'
UNTAGGED = '"untagged", countType = "sinceImagePushed", countUnit = "days"'
SECOND = """
resource "aws_ecs_task_definition" "second" {
  family                = "second"
  container_definitions = jsonencode([{ name = "b", image = "nginx:1.27", readonlyRootFilesystem = true }])
}
"""


def ssh(group: str, network: str, port: int = 22) -> str:
    key = "cidr_ipv6" if ":" in network else "cidr_ipv4"
    return f"""
resource "aws_vpc_security_group_ingress_rule" "more" {{
  security_group_id = aws_security_group.{group}.id
  {key} = "{network}"
  ip_protocol = "tcp"
  from_port = {port}
  to_port = {port}
}}
resource "aws_security_group" "bastion" {{
  vpc_id = aws_vpc.main.id
}}
"""


def storage(threshold: str, more: str = "") -> str:
    return f"""
resource "aws_cloudwatch_metric_alarm" "storage" {{
  namespace   = "AWS/RDS"
  metric_name = "FreeStorageSpace"
  dimensions  = {{ DBInstanceIdentifier = aws_db_instance.main.identifier }}
  statistic   = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold   = {threshold}
  period      = 60
  evaluation_periods = 5
  {more}
}}
"""


def errors_of_balancer(missing: str) -> str:
    return f"""
resource "aws_cloudwatch_metric_alarm" "errors" {{
  namespace   = "AWS/ApplicationELB"
  metric_name = "HTTPCode_ELB_5XX_Count"
  dimensions  = {{ LoadBalancer = aws_lb.web.arn_suffix }}
  statistic   = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold   = 5
  period      = 60
  evaluation_periods = 5
  treat_missing_data = "{missing}"
}}
"""


def route(destination: str) -> str:
    return f"""
resource "aws_route" "more" {{
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "{destination}"
  nat_gateway_id         = aws_nat_gateway.main.id
}}
"""


def variable(name: str, value: str) -> str:
    return f'{{ name = "{name}", value = {value} }},\n      {{ name = "DB_HOST", value'


HOST = '{ name = "DB_HOST", value'
PUBLIC = """
resource "aws_s3_bucket" "site" {
  bucket = "shop-site"
}
resource "aws_s3_bucket_public_access_block" "site" {
  bucket              = aws_s3_bucket.site.id
  block_public_policy = BLOCKED
}
resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "${aws_s3_bucket.site.arn}/*" }]
  })
}
"""
RULE = """
resource "aws_lb_listener_rule" "plain" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
  condition {
    path_pattern {
      values = ["PATH"]
    }
  }
}
"""
NETWORK_ALARM = """
resource "aws_cloudwatch_metric_alarm" "targets" {
  namespace   = "AWS/NetworkELB"
  metric_name = "UnHealthyHostCount"
  dimensions  = { TargetGroup = "targetgroup/a/0123456789abcdef", LoadBalancer = "net/a/0123456789abcdef" }
  statistic   = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold   = 80
  period      = 60
  evaluation_periods = 5
  alarm_actions = [aws_sns_topic.alarms.arn]
}
"""
AURORA_ALARM = """
resource "aws_rds_cluster_instance" "one" {
  cluster_identifier = "shop"
}
resource "aws_cloudwatch_metric_alarm" "aurora" {
  namespace   = "AWS/RDS"
  metric_name = "CPUUtilization"
  dimensions  = { DBInstanceIdentifier = aws_rds_cluster_instance.one.id }
  statistic   = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold   = 80
  period      = 60
  evaluation_periods = 5
  alarm_actions = [aws_sns_topic.alarms.arn]
}
"""
ALL_MAIL = """
resource "aws_sns_topic_subscription" "all" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "all@example.com"
}
"""
STEPS = """
resource "aws_appautoscaling_policy" "steps" {
  policy_type = "StepScaling"
  resource_id = aws_appautoscaling_target.web.resource_id
  step_scaling_policy_configuration {}
}
output "steps" {
  value = aws_appautoscaling_policy.steps.arn
}
"""
ONLY_OUT = "target_value = 70\n disable_scale_in = true"
MATCHER = 'matcher = "200"'
ROWS: list[Row] = [
    ("IAM232", "", "", "", PUBLIC.replace("BLOCKED", "true"), True),
    ("IAM232", "", "", "", PUBLIC.replace("BLOCKED", "false"), False),
    ("LBA233", "", "", "", RULE.replace("PATH", "/api/*"), True),
    ("LBA233", "", "", "", RULE.replace("PATH", "/.well-known/acme-challenge/*"), False),
    ("MON201", "", "", "", NETWORK_ALARM, False),
    ("MON201", "", "", "", AURORA_ALARM, False),
    ("MON201", "", "", "", NETWORK_ALARM.replace("AWS/NetworkELB", "AWS/DocDB"), False),
    ("MON203", MAIL, '"email"', f'"email"\n {FILTER}', ALL_MAIL, False),
    ("SVC207", "aws_appautoscaling_policy.cpu", "target_value = 70", ONLY_OUT, "", True),
    ("SVC207", "aws_appautoscaling_policy.cpu", "target_value = 70", ONLY_OUT, STEPS, False),
    ("SVC210", "aws_ecr_lifecycle_policy.web", '"any", countType', '"tagged", tagPatternList = ["dev*"], countType', "", False),
    ("STA231", "aws_cloudwatch_log_group.web", "retention_in_days = 30", "retention_in_days = 7", "", False),
    ("STA231", "aws_cloudwatch_log_group.web", "retention_in_days = 30", "retention_in_days = 1", "", True),
    ("SVC237", TASK, HOST, variable("LDAP_HOST", '"10.99.0.5"'), "", False),
    ("SVC237", TASK, HOST, variable("LANGFUSE_HOST", '"https://cloud.langfuse.com"'), "", False),
    ("LIM230", GROUP, MATCHER, 'matcher = "200,401"', "", False),
    ("LIM230", GROUP, MATCHER, 'matcher = "200-404"', "", True),
    ("LIM230", SERVICE, "desired_count   = 2", 'desired_count = 2\n platform_version = "1.3.0"', "", True),
    ("NET267", "", "", "", ssh("bastion", "0.0.0.0/0"), True),
    ("NET267", "", "", "", ssh("bastion", "203.0.113.7/32"), False),
    ("NET267", "", "", "", ssh("bastion", "0.0.0.0/0", 443), False),
    ("NET267", "", "", "", ssh("database", "::/0", 5432), True),
    ("NET267", "", "", "", ssh("web", "::/0", 8080), True),
    ("NET267", "", "", "", ssh("load_balancer", "::/0", 443), False),
    ("STA231", DATABASE, "backup_retention_period         = 7", "backup_retention_period = 1", "", True),
    ("STA231", DATABASE, "multi_az                        = true", "multi_az = false", "", True),
    ("STA231", DATABASE, "backup_retention_period         = 7", "backup_retention_period = 14", "", False),
    ("STA231", "aws_ecr_repository.web", "image_tag", "force_delete = true\n image_tag", "", True),
    ("STA231", "aws_ecr_repository.web", "image_tag", "force_delete = false\n image_tag", "", False),
    ("SVC206", TASK, READ_ONLY, "readonlyRootFilesystem = false", SECOND, True),
    ("SVC206", TASK, READ_ONLY, "readonlyRootFilesystem = false", "", False),
    ("SVC206", TASK, '"${aws_ecr_repository.web.repository_url}:1.0.0"', "aws_ecr_repository.web.repository_url", "", True),
    ("SVC206", TASK, "repository_url}:1.0.0", "repository_url}:latest", "", True),
    ("SVC206", TASK, "repository_url}:1.0.0", "repository_url}@sha256:abc", "", False),
    ("MON264", ALARM, "threshold           = 90", "threshold = 150", "", True),
    ("MON264", ALARM, "threshold           = 90", "threshold = 0.9", "", True),
    ("MON264", ALARM, "threshold           = 90", "threshold = 99.5", "", False),
    ("MON264", ALARM, '"Average"', '"Sum"', "", True),
    ("MON264", ALARM, '"Average"', '"Minimum"', "", True),
    ("MON264", ALARM, '"Average"', '"Maximum"', "", False),
    ("MON264", ALARM, "period              = 60", "period = 10", "", True),
    ("MON264", ALARM, "evaluation_periods  = 5", "evaluation_periods = 1440", "", True),
    ("MON264", ALARM, "period              = 60", 'period = 60\n unit = "Bytes"', "", True),
    ("MON264", ALARM, "period              = 60", 'period = 60\n unit = "Percent"', "", False),
    ("MON264", "", "", "", storage("5"), True),
    ("MON264", "", "", "", storage("21474836480"), True),
    ("MON264", "", "", "", storage("2147483648"), False),
    ("MON201", ALARM, "aws_ecs_cluster.main.name", '"production"', "", True),
    ("MON201", ALARM, "aws_ecs_cluster.main.name", '"shop"', "", False),
    ("HLT223", GROUP, CHECK, f"{CHECK}\n interval = 120\n unhealthy_threshold = 6", "", True),
    ("HLT223", GROUP, CHECK, f"{CHECK}\n interval = 60\n unhealthy_threshold = 10", "", False),
    ("SVC239", SERVICE, "aws_ecs_cluster.main.arn", '"default"', "", True),
    ("SVC239", SERVICE, "aws_ecs_cluster.main.arn", '"shop"', "", False),
    ("SVC236", "aws_appautoscaling_target.web", "min_capacity       = 2", "min_capacity = 0", "", True),
    ("SVC236", "aws_appautoscaling_target.web", "min_capacity       = 2", "min_capacity = 1", "", False),
    ("SVC207", "aws_appautoscaling_target.web", "max_capacity       = 4", "max_capacity = 2", "", True),
    ("SVC207", "aws_appautoscaling_target.web", "${aws_ecs_cluster.main.name}", "production", "", True),
    ("SVC207", "aws_appautoscaling_target.web", "${aws_ecs_cluster.main.name}", "shop", "", False),
    ("SVC237", TASK, HOST, variable("SHOP_URL", "aws_lb.web.dns_name"), "", True),
    ("SVC237", TASK, HOST, variable("SHOP_URL", '"https://${aws_lb.web.dns_name}"'), "", False),
    ("SVC237", TASK, HOST, variable("CACHE_HOST", '"10.0.2.17"'), "", True),
    ("SVC237", TASK, HOST, variable("CACHE_HOST", '"cache.internal"'), "", False),
    ("SVC237", TASK, HOST, variable("CACHE_URL", '"redis://localhost:6379"'), "", True),
    ("SVC237", TASK, HOST, variable("PUBLIC_URL", '"http://localhost:3000"'), "", False),
    ("SVC237", TASK, HOST, variable("SELF_URL", '"http://localhost:8080"'), "", False),
    ("SVC237", TASK, HOST, variable("CACHE_HOST", '"https://cache"'), "", True),
    ("DBS262", DATABASE, '"16"', '"16.99"', "", True),
    ("DBS262", DATABASE, '"16"', '"16.1"', "", True),
    ("DBS262", DATABASE, '"16"', '"16.10"', "", False),
    ("DBS262", DATABASE, "db.t4g.micro", "db.t3.nano", "", True),
    ("TLS201", "aws_acm_certificate.web", '"DNS"', '"EMAIL"', "", True),
    ("NET263", "aws_vpc_endpoint.s3", "eu-west-1", "us-east-1", "", True),
    ("NET263", "aws_vpc_endpoint.s3", "eu-west-1.s3", "eu-west-1.s3express", "", False),
    ("HLT260", TASK, READ_ONLY, f'{READ_ONLY}\n healthCheck = {{ command = ["CMD-SHELL", "exit 0"] }}', "", True),
    ("HLT260", TASK, READ_ONLY, f'{READ_ONLY}\n healthCheck = {{ command = ["CMD-SHELL", "test -f /ok"] }}', "", False),
    ("SVC205", TASK, 'logDriver = "awslogs"', 'logDriver = "splunk"', "", True),
    ("LBA223", "", "", "", 'resource "aws_wafv2_web_acl" "main" {\n  scope = "REGIONAL"\n}\n', True),
    ("LBA223", "", "", "", 'resource "aws_wafv2_web_acl" "main" {\n  scope = "CLOUDFRONT"\n}\n', False),
    ("NET219", "aws_subnet.public_a", '"eu-west-1a"', '"eu-west-1a"\n map_public_ip_on_launch = true', "", False),
    ("NET231", "", "", "", route("10.0.0.0/16"), True),
    ("NET231", "", "", "", route("10.9.0.0/16"), False),
    ("MON264", "", "", "", errors_of_balancer("breaching"), True),
    ("MON264", "", "", "", errors_of_balancer("notBreaching"), False),
    ("MON201", "", "", "", storage("2147483648").replace(".identifier", ".id"), True),
    ("MON203", MAIL, '"email"', f'"email"\n {FILTER}', "", True),
    ("MON203", MAIL, '"email"', f'"email"\n filter_policy_scope = "MessageBody"\n {FILTER}', "", False),
    ("TLS203", "aws_route53_record.web", "aws_lb.web.zone_id", '"Z35SXDOTRQ7X7K"', "", True),
    ("TLS203", "aws_route53_record.web", "aws_lb.web.zone_id", '"Z32O12XQLNTSW2"', "", False),
    ("SVC210", "aws_ecr_lifecycle_policy.web", "countNumber = 20", "countNumber = 1", "", True),
    ("SVC210", "aws_ecr_lifecycle_policy.web", '"imageCountMoreThan"', '"sinceImagePushed", countUnit = "days"', "", True),
    ("SVC210", "aws_ecr_lifecycle_policy.web", '"any", countType = "imageCountMoreThan"', UNTAGGED, "", False),
    ("IAM201", "aws_iam_role_policy.execution", '= "*"', "= aws_ecr_repository.web.arn", "", True),
    ("NET218", "aws_lb.web", 'name            = "shop-web"', "internal = true", "", True),
]  # fmt: skip


def graph_of(text: str) -> Graph:
    graph = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None).graph
    assert graph is not None
    return graph


def sheets(rows: list[Row]) -> list[list[Row]]:
    """The rows, as many to a stack as have different rules and change different texts: a stack takes long to read."""
    found: list[list[Row]] = []
    for row in rows:
        room = (s for s in found if not any(_disturb(row, other) for other in s))
        sheet = next(room, None)
        if sheet is None:
            found.append([row])
        else:
            sheet.append(row)
    return found


def _disturb(one: Row, other: Row) -> bool:
    """Two changes of one text or argument, or of who names the cluster, could not be told apart."""
    shared = any(word in one[2] and word in other[2] for word in ("cluster", "capacity"))
    return one[0] == other[0] or one[1:3] == other[1:3] or shared


def text_of(sheet: list[Row]) -> str:
    texts = dict(blocks(stack()))
    for _, address, old, new, _, _ in sheet:
        if address:
            assert old in texts[address]
            texts[address] = texts[address].replace(old, new)
    return "\n".join([*texts.values(), *(row[4] for row in sheet)])


def causes(rule: str, graph: Graph) -> set[str]:
    check = catalogue()[rule].check_graph
    assert check
    return {finding.cause for finding in check(graph)}


UNCHANGED = cache(lambda: graph_of(stack()))


@pytest.mark.parametrize("sheet", sheets(ROWS), ids=lambda sheet: sheet[0][0])
def test_a_danger_is_told_from_its_neighbour(sheet: list[Row]) -> None:
    changed = graph_of(text_of(sheet))
    judged = [(row, bool(causes(row[0], changed) - causes(row[0], UNCHANGED()))) for row in sheet]
    assert [row for row, noticed in judged if noticed != row[5]] == []
