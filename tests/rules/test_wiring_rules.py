"""Rules over wiring, health, secrets, data and TLS, on Terraform as people write it: what is no fault, and what is one."""

import pytest
from stage3c.audits import audit
from stage3c.diagnostics import Severity
from stage3c.readers.configuration import read_configuration

SERVICE = """
resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"
}
"""
NETWORK = """
resource "aws_vpc" "one" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "two" { cidr_block = "10.1.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.one.id
  cidr_block        = "10.0.0.0/24"
  availability_zone = "eu-west-1a"
}
resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.one.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1b"
}
resource "aws_lb" "web" { subnets = [aws_subnet.a.id, aws_subnet.b.id] }
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.one.id
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
}
"""
CERTIFICATE = """
data "aws_route53_zone" "main" { name = "example.com" }
resource "aws_acm_certificate" "web" {
  domain_name               = "example.com"
  subject_alternative_names = ["*.example.com", "api.example.com"]
  validation_method         = "DNS"
}
resource "aws_route53_record" "a" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = tolist(aws_acm_certificate.web.domain_validation_options)[0].resource_record_name
  type    = "CNAME"
  ttl     = 60
  records = [tolist(aws_acm_certificate.web.domain_validation_options)[0].resource_record_value]
}
resource "aws_route53_record" "b" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = tolist(aws_acm_certificate.web.domain_validation_options)[2].resource_record_name
  type    = "CNAME"
  ttl     = 60
  records = [tolist(aws_acm_certificate.web.domain_validation_options)[2].resource_record_value]
}
resource "aws_acm_certificate_validation" "web" {
  certificate_arn         = aws_acm_certificate.web.arn
  validation_record_fqdns = [aws_route53_record.a.fqdn, aws_route53_record.b.fqdn]
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate_validation.web.certificate_arn
  default_action {
    type = "fixed-response"
    fixed_response { content_type = "text/plain" }
  }
}
"""
DATABASE = """
resource "aws_db_instance" "main" {
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "owner"
  port                        = 5432
  db_name                     = "shop"
  manage_master_user_password = true
  skip_final_snapshot         = true
}
"""


def codes(text: str) -> set[str]:
    reading = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None)
    return {diagnostic.code for diagnostic in audit(reading)}


def fixes(text: str) -> list[str]:
    reading = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None)
    return [diagnostic.fix for diagnostic in audit(reading)]


def errors(text: str) -> set[str]:
    reading = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None)
    return {diagnostic.code for diagnostic in audit(reading) if diagnostic.severity is Severity.ERROR}


def container(**parts: str) -> str:
    written = {"name": '"web"', "image": '"nginx:1"', **parts}
    fields = "\n".join(f"    {key} = {value}" for key, value in written.items())
    return (
        f'resource "aws_ecs_task_definition" "web" {{\n  container_definitions = jsonencode([{{\n{fields}\n  }}])\n}}\n'
    )


def alarm(metric: str, operator: str, action: str) -> str:
    return f"""
resource "aws_cloudwatch_metric_alarm" "one" {{
  alarm_name          = "one"
  namespace           = "AWS/ECS"
  metric_name         = "{metric}"
  statistic           = "Average"
  comparison_operator = "{operator}"
  threshold           = 20
  period              = 60
  evaluation_periods  = 3
  alarm_actions       = [{action}]
  dimensions          = {{ ServiceName = "web", ClusterName = "main" }}
}}
"""


@pytest.mark.parametrize(
    ("argument", "broken"),
    [
        ('launch_type     = "FARGATE"', 'launch_type     = "FARGTE"'),
        ('network_mode             = "awsvpc"', 'network_mode             = "vpc"'),
        ("containerPort = 8080", "containerPort = 80800"),
        ("containerPort = 8080", 'containerPort = 8080, protocol = "tpc"'),
        ('launch_type     = "FARGATE"', 'launch_type     = "FARGATE"\n  platform_version = "1.40"'),
    ],
)
def test_a_value_that_aws_does_not_know_is_found_wherever_it_stands(argument: str, broken: str) -> None:
    assert "LIM201" not in codes(SERVICE)
    assert argument in SERVICE
    assert "LIM201" in errors(SERVICE.replace(argument, broken))


def test_a_value_that_is_not_known_is_not_judged() -> None:
    unknown = 'variable "kind" {}\n' + SERVICE.replace('launch_type     = "FARGATE"', "launch_type = var.kind")
    assert "LIM201" not in codes(unknown)


def test_a_service_without_a_launch_type_asks_for_ec2_unless_its_cluster_has_a_default() -> None:
    bare = SERVICE.replace('  launch_type     = "FARGATE"\n', "")
    default = """
resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE"]
  default_capacity_provider_strategy { capacity_provider = "FARGATE" }
}
"""
    assert "SVC202" in errors(bare)
    assert "SVC202" not in codes(bare + default)


def test_a_volume_must_be_declared() -> None:
    mounting = container(mountPoints='[{ sourceVolume = "data", containerPath = "/data" }]')
    assert "SVC221" in errors(mounting)
    assert "SVC221" not in codes(mounting.removesuffix("}\n") + '  volume {\n    name = "data"\n  }\n}\n')


def test_a_container_waits_only_for_what_is_there_and_can_be_healthy() -> None:
    assert "SVC221" in errors(container(dependsOn='[{ containerName = "db", condition = "START" }]'))
    both = container().replace(
        "  }])", '  }, { name = "b", image = "b:1", dependsOn = [{ containerName = "web", condition = "HEALTHY" }] }])'
    )
    assert "SVC221" in errors(both)
    assert "SVC221" not in codes(both.replace("HEALTHY", "START"))


def test_containers_may_not_ask_for_more_than_their_task() -> None:
    task = SERVICE.replace('image        = "nginx:1"', 'image = "nginx:1"\n    memory = 1024')
    assert "SVC221" in errors(task)


def test_what_only_fargate_and_awsvpc_forbid_is_allowed_on_instances() -> None:
    mapped = container(portMappings="[{ containerPort = 80, hostPort = 8080 }]", stopTimeout="300")
    assert "SVC205" not in codes(mapped.replace("{\n  container", '{\n  network_mode = "bridge"\n  container', 1))
    assert "SVC205" in errors(mapped.replace("{\n  container", '{\n  network_mode = "awsvpc"\n  container', 1))


def test_a_variable_may_not_stand_in_environment_and_secrets() -> None:
    both = {
        "environment": '[{ name = "KEY_ID", value = "a" }]',
        "secrets": '[{ name = "KEY_ID", valueFrom = "arn:aws:ssm:eu-west-1:123456789012:parameter/a" }]',
    }
    assert "SVC205" in errors(container(**both))


def test_a_target_group_is_in_the_vpc_of_its_load_balancer_and_behind_no_other() -> None:
    assert "LBA221" not in codes(NETWORK)
    assert "LBA221" in errors(NETWORK.replace("vpc_id      = aws_vpc.one.id", "vpc_id      = aws_vpc.two.id"))
    second = NETWORK.split('resource "aws_lb" "web"')[1].split('resource "aws_lb_target_group"', maxsplit=1)[0]
    second = ('resource "aws_lb" "web"' + second).replace('"web"', '"other"').replace("aws_lb.web", "aws_lb.other")
    assert "LBA221" in errors(NETWORK + second.replace('"http"', '"other"'))


def test_an_application_load_balancer_does_not_forward_to_tcp() -> None:
    assert "LBA221" in errors(NETWORK.replace('"HTTP"', '"TCP"'))
    network = NETWORK.replace(
        'resource "aws_lb" "web" {', 'resource "aws_lb" "web" {\n  load_balancer_type = "network"\n '
    )
    assert "LBA221" not in codes(network.replace("b.id] }", "b.id]\n}").replace('"HTTP"', '"TCP"'))


def test_what_an_output_shows_may_be_bound_in_another_stack() -> None:
    shown = 'output "group" { value = aws_lb_target_group.web.arn }\noutput "balancer" { value = aws_lb.web.arn }\n'
    alone = NETWORK.split('resource "aws_lb_listener"', maxsplit=1)[0] + NETWORK.split("  }\n}\n")[1]
    assert "LBA223" in codes(alone)
    assert "LBA223" not in codes(alone + shown)


def test_an_alarm_that_scales_in_may_go_off_when_all_is_well() -> None:
    policy = 'resource "aws_appautoscaling_policy" "in" {\n  name = "in"\n}\n'
    scaling = policy + alarm("CPUUtilization", "LessThanThreshold", "aws_appautoscaling_policy.in.arn")
    assert "MON201" not in codes(scaling)
    assert "MON201" in codes(alarm("CPUUtilization", "LessThanThreshold", '"arn:aws:sns:eu-west-1:123456789012:a"'))


def test_only_a_random_password_is_a_secret_by_its_result() -> None:
    given = container(environment='[{ name = "BUCKET", value = "b-${random_string.a.result}" }]')
    assert "SEC203" not in codes('resource "random_string" "a" {\n  length = 8\n}\n' + given)
    secret = given.replace("random_string", "random_password")
    assert "SEC203" in errors('resource "random_password" "a" {\n  length = 8\n}\n' + secret)


def test_variables_of_one_prefix_are_of_one_database() -> None:
    other = DATABASE.replace('"main"', '"other"')
    host = '{ name = "DB_HOST", value = aws_db_instance.main.address }'
    assert "SEC221" not in codes(DATABASE + container(environment=f'[{host}, {{ name = "DB_PORT", value = "5432" }}]'))
    assert "SEC221" in codes(DATABASE + container(environment=f'[{host}, {{ name = "DB_NAME", value = "orders" }}]'))
    mixed = f'[{host}, {{ name = "DB_NAME", value = aws_db_instance.other.db_name }}]'
    assert "SEC221" in codes(DATABASE + other + container(environment=mixed))
    apart = mixed.replace("DB_NAME", "OTHER_NAME")
    assert "SEC221" not in codes(DATABASE + other + container(environment=apart))


def test_a_certificate_is_proven_by_one_record_for_each_name_and_its_wildcard() -> None:
    assert errors(CERTIFICATE) == set()
    assert "TLS221" in errors(CERTIFICATE.replace(", aws_route53_record.b.fqdn", ""))
    assert "TLS221" in errors(CERTIFICATE.replace('"api.example.com"', '"api.example.org"'))


def test_a_certificate_of_a_private_authority_needs_no_proof() -> None:
    private = CERTIFICATE.split('resource "aws_route53_record"', maxsplit=1)[0].replace(
        'validation_method         = "DNS"',
        'certificate_authority_arn = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/1"',
    )
    listener = 'resource "aws_lb_listener"' + CERTIFICATE.split('resource "aws_lb_listener"')[1]
    text = private + listener.replace("certificate_validation.web.certificate_arn", "certificate.web.arn")
    assert errors(text) == set()


def test_a_relative_name_of_a_record_is_legal() -> None:
    record = """
resource "aws_route53_record" "api" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = "api.dev"
  type    = "CNAME"
  ttl     = 60
  records = ["api.example.net"]
}
"""
    zone = CERTIFICATE.split('resource "aws_acm_certificate"', maxsplit=1)[0]
    assert not codes(zone + record) & {"TLS203", "TLS222"}
    assert "TLS222" in codes(zone + record.replace("api.dev", "api.dev.example.org"))


def test_a_replica_of_an_encrypted_database_says_so() -> None:
    encrypted = DATABASE.replace("port ", "storage_encrypted = true\n  port ").replace(
        "manage_master_user_password", "#"
    )
    replica = """
resource "aws_db_instance" "copy" {
  instance_class      = "db.t4g.micro"
  replicate_source_db = aws_db_instance.main.identifier
  skip_final_snapshot = true
}
"""
    assert "DBS222" in codes(encrypted + replica)
    assert "DBS222" not in codes(encrypted + replica.replace("skip", "storage_encrypted = true\n  skip"))


def test_a_group_of_fargate_spot_drains_within_the_two_minutes_notice() -> None:
    spot = SERVICE.replace(
        'launch_type     = "FARGATE"',
        'capacity_provider_strategy {\n    capacity_provider = "FARGATE_SPOT"\n    weight = 1\n  }\n'
        "  load_balancer {\n    target_group_arn = aws_lb_target_group.web.arn\n"
        '    container_name = "web"\n    container_port = 8080\n  }',
    )
    slow, quick = (NETWORK.replace("target_type", f"deregistration_delay = {n}\n  target_type") for n in (100, 60))
    assert "SVC224" in codes(slow + spot)
    assert "SVC224" not in codes(quick + spot)


def secret(value: str) -> str:
    return (
        f'resource "aws_secretsmanager_secret_version" "a" {{\n  secret_id     = "a"\n  secret_string = {value}\n}}\n'
    )


@pytest.mark.parametrize(
    "value",
    [
        "change-me", "CHANGE_ME", "ReplaceMe", "REPLACE_WITH_YOUR_API_KEY", "PLACEHOLDER - set in console", "TODO: set it",
        "dummy", "initial", "update in the console", "",
    ],
)  # fmt: skip
def test_a_placeholder_is_no_secret(value: str) -> None:
    assert "SEC231" not in codes(secret(f'"{value}"'))
    assert "SEC231" not in codes(secret(f'jsonencode({{ password = "{value}" }})'))


@pytest.mark.parametrize(
    "value",
    ["correct-horse-battery-staple", "Change1234!", "initialK8x", "update#93", "todo-9fK3LqPz", "not-a-placeholder"],
)
def test_a_secret_that_begins_like_a_placeholder_is_one(value: str) -> None:
    assert "SEC231" in codes(secret(f'"{value}"'))
    assert "SEC231" in codes(secret(f'jsonencode({{ note = "change-me", password = "{value}" }})'))


@pytest.mark.parametrize("kind", ["aws_sqs_queue", "aws_s3_bucket_policy", "aws_secretsmanager_secret"])
def test_a_principal_that_is_a_text_can_only_be_a_star(kind: str) -> None:
    def granting(principal: str) -> str:
        statement = f'Effect = "Allow", Action = "*", Resource = "*", Principal = {principal}'
        return f'resource "{kind}" "a" {{\n  policy = jsonencode({{ Statement = [{{ {statement} }}] }})\n}}\n'

    assert "IAM262" in codes(granting('"s3.amazonaws.com"'))
    assert any('Service = "s3.amazonaws.com"' in fix for fix in fixes(granting('"s3.amazonaws.com"')))
    assert any('AWS = "111122223333"' in fix for fix in fixes(granting('"111122223333"')))
    assert "IAM262" not in codes(granting('"*"'))
    assert "IAM262" not in codes(granting('{ Service = "s3.amazonaws.com" }'))


@pytest.mark.parametrize("group", ["aws_cloudwatch_log_group.us.name", '"/ecs/web"'])
@pytest.mark.parametrize(("region", "found"), [("us-east-1", False), ("eu-west-1", True)])
def test_a_container_logs_to_the_region_of_its_group(group: str, region: str, found: bool) -> None:  # noqa: FBT001 - rows of tables
    providers = (
        'provider "aws" { region = "eu-west-1" }\nprovider "aws" {\n  alias  = "us"\n  region = "us-east-1"\n}\n'
    )
    logs = 'resource "aws_cloudwatch_log_group" "us" {\n  provider = aws.us\n  name     = "/ecs/web"\n}\n'
    options = f"{{ awslogs-group = {group}, awslogs-region = {region!r} }}".replace("'", '"')
    task = container(logConfiguration=f'{{ logDriver = "awslogs", options = {options} }}')
    assert ("SVC222" in codes(providers + logs + task)) == found


@pytest.mark.parametrize(("effect", "found"), [("Allow", True), ("Deny", False)])
def test_only_a_secret_that_is_granted_must_be_injected(effect: str, found: bool) -> None:  # noqa: FBT001 - a row of a table
    task = container().replace("  container", "  execution_role_arn = aws_iam_role.a.arn\n  container", 1)
    statement = (
        f'Effect = "{effect}", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.a.arn'
    )
    policy = f"""resource "aws_iam_role_policy" "a" {{
  role   = aws_iam_role.a.name
  policy = jsonencode({{ Statement = [{{ {statement} }}] }})
}}
"""
    others = (
        'resource "aws_iam_role" "a" {\n  name = "a"\n}\nresource "aws_secretsmanager_secret" "a" {\n  name = "a"\n}\n'
    )
    assert ("IAM261" in codes(task + policy + others)) == found
