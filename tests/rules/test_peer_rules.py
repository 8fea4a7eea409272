"""Both sides of rules over Terraform that came from other tools' suites and from public reports."""

import pytest
from stage3c.aws.facts import load
from stage3c.rules.terraform_overlay import blocks, stack

from tests.rules.test_wiring_rules import codes, errors

TASK = "aws_ecs_task_definition.web"


def changed(address: str, old: str, new: str, added: str = "") -> str:
    """The working stack of the rules with one text of a block replaced."""
    texts = dict(blocks(stack()))
    assert old in texts[address]
    texts[address] = texts[address].replace(old, new)
    return "\n".join([*texts.values(), added])


def container(more: str) -> str:
    return changed(TASK, "readonlyRootFilesystem = true", f"readonlyRootFilesystem = true\n{more}")


IMAGES = [
    ("nginx:1.27.3", False),
    ("ghcr.io/shop/web:1.0.0-RC1", False),
    ("Registry.example.com:5000/shop/web@sha256:ABC", False),
    ("localhost/shop/web:1", False),
    ("ghcr.io/Shop/web:1", True),
    ("Shop/web:1", True),
]


@pytest.mark.parametrize(("image", "refused"), IMAGES)
def test_only_the_path_of_an_image_must_be_lower_case(image: str, *, refused: bool) -> None:
    text = changed(TASK, '"${aws_ecr_repository.web.repository_url}:1.0.0"', f'"{image}"')
    assert ("SVC205" in errors(text)) == refused


def test_a_command_is_a_list() -> None:
    assert "SVC205" in errors(container('command = "node server.js"'))
    assert "SVC205" not in codes(container('command = ["node", "server.js"]'))


def test_a_key_of_a_container_is_known_in_any_case() -> None:
    assert "SVC225" in codes(container("stopTimeoutSeconds = 30"))
    assert "SVC225" not in codes(container("StopTimeout = 30"))


VARIABLES = [
    ("PAYMENT_TOKEN", "var.it", True),
    ("PAYMENT_MODE", "var.it", False),
    ("PAYMENT_TOKEN_ARN", "var.it", False),
    ("STORE", '"redis://:${var.it}@cache.internal:6379"', True),
    ("STORE", '"redis://${var.it}:6379"', False),
]


@pytest.mark.parametrize(("name", "value", "refused"), VARIABLES)
def test_a_secret_that_a_variable_brings_is_in_the_open(name: str, value: str, *, refused: bool) -> None:
    entry = f'{{ name = "{name}", value = {value} }},\n      {{ name = "DB_HOST", value'
    text = changed(TASK, '{ name = "DB_HOST", value', entry, 'variable "it" {\n  sensitive = true\n}\n')
    assert ("SEC203" in errors(text)) == refused


SCHEDULES = [
    ("rate(1 hour)", False),
    ("rate(5 minutes)", False),
    ("cron(0 3 * * ? *)", False),
    ("cron(0/15 8-18 ? * MON-FRI *)", False),
    ("rate(1 hours)", True),
    ("rate(5 minute)", True),
    ("rate(0 days)", True),
    ("cron(0 3 * * *)", True),
    ("cron(0 3 * * * *)", True),
    ("every day", True),
]


@pytest.mark.parametrize(("schedule", "refused"), SCHEDULES)
def test_a_schedule_is_a_rate_or_has_six_fields(schedule: str, *, refused: bool) -> None:
    rule = f'resource "aws_cloudwatch_event_rule" "it" {{\n  schedule_expression = "{schedule}"\n}}\n'
    assert ("LIM201" in errors(rule)) == refused


LOGS = """
resource "aws_s3_bucket" "logs" {
  bucket = "shop-lb-logs"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "ALGORITHM"
    }
  }
}
resource "aws_lb" "it" {
  load_balancer_type = "KIND"
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
}
"""


@pytest.mark.parametrize(
    ("kind", "algorithm", "told"),
    [("application", "aws:kms", True), ("application", "AES256", False), ("network", "aws:kms", False)],
)
def test_an_application_load_balancer_writes_no_logs_under_a_key(kind: str, algorithm: str, *, told: bool) -> None:
    assert ("LBA222" in codes(LOGS.replace("KIND", kind).replace("ALGORITHM", algorithm))) == told


def test_a_file_system_that_is_shown_may_have_its_mount_targets_elsewhere() -> None:
    settings = "    efs_volume_configuration {\n      file_system_id = aws_efs_file_system.f.id\n    }\n"
    volume = f'volume {{\n    name = "f"\n{settings}  }}\n'
    system = 'resource "aws_efs_file_system" "f" {\n  encrypted = true\n}\n'
    text = changed(TASK, "  network_mode", f"  {volume}  network_mode", system)
    assert "NET265" in codes(text)
    assert "NET265" not in codes(f'{text}output "f" {{\n  value = aws_efs_file_system.f.id\n}}\n')
    target = 'resource "aws_efs_mount_target" "f" {\n  file_system_id = aws_efs_file_system.f.id\n}\n'
    assert "NET265" not in codes(text + target)


NIGHTLY = """
resource "aws_iam_role" "nightly" {
  name               = "shop-nightly"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "nightly" {
  role   = aws_iam_role.nightly.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = [ACTIONS], Resource = "*" }]
  })
}
resource "aws_cloudwatch_event_target" "nightly" {
  rule     = "nightly"
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.nightly.arn
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.web.arn
  }
}
"""


@pytest.mark.parametrize(
    ("actions", "refused"),
    [('"ecs:RunTask", "iam:PassRole"', False), ('"ecs:RunTask"', True), ('"iam:PassRole"', True), ('"*"', False)],
)
def test_a_schedule_needs_to_run_the_task_and_to_pass_its_roles(actions: str, *, refused: bool) -> None:
    assert (
        "IAM214" in errors("\n".join(dict(blocks(stack())).values()) + NIGHTLY.replace("ACTIONS", actions))
    ) == refused


def test_a_range_starts_at_its_first_address() -> None:
    table = 'resource "aws_route_table" "it" {\n  route {\n    cidr_block = "RANGE"\n  }\n}\n'
    assert "NET225" in errors(table.replace("RANGE", "10.1.0.1/16"))
    assert "NET225" not in codes(table.replace("RANGE", "10.1.0.0/16"))
    assert "NET225" not in codes(table.replace("RANGE", "fd00::1/64"))


def test_a_default_parameter_group_is_of_the_version_of_its_database() -> None:
    group = "aws_db_parameter_group.main.name"
    assert "DBS201" in errors(changed("aws_db_instance.main", group, '"default.postgres15"'))
    assert "DBS201" not in codes(changed("aws_db_instance.main", group, '"default.postgres16"'))


def test_the_keys_of_a_container_are_those_of_the_api() -> None:
    assert {"name", "image", "restartPolicy", "versionConsistency"} <= set(load("container_keys")["keys"])


NUMBERS = [
    ('user = "1000"', False),
    ("user = 1000", True),
    ('command = ["sleep", "360"]', False),
    ('command = ["sleep", 360]', True),
    ('dockerLabels = { "com.example.port" = "80" }', False),
    ("dockerLabels = { debug = true }", True),
]


@pytest.mark.parametrize(("line", "told"), NUMBERS)
def test_what_is_text_for_aws_is_no_number(line: str, *, told: bool) -> None:
    assert ("SVC226" in codes(container(line))) == told


def test_a_variable_of_type_string_is_text_whatever_its_default() -> None:
    entry = '{ name = "PORT", value = var.port },\n      { name = "DB_HOST", value'
    typed = 'variable "port" {\n  type    = string\n  default = 8080\n}\n'
    assert "SVC226" not in codes(changed(TASK, '{ name = "DB_HOST", value', entry, typed))
    assert "SVC226" in codes(changed(TASK, '{ name = "DB_HOST", value', entry, typed.replace("string", "number")))


LIMITS = [
    ('ulimits = [{ name = "nofile", softLimit = 1024, hardLimit = 4096 }]', False),
    ('ulimits = [{ name = "nofiles", softLimit = 1024, hardLimit = 4096 }]', True),
    ('environmentFiles = [{ type = "s3", value = "arn:aws:s3:::files/web.env" }]', False),
    ('environmentFiles = [{ type = "s3", value = "s3://files/web.env" }]', True),
]


@pytest.mark.parametrize(("line", "refused"), LIMITS)
def test_ulimits_and_environment_files_are_those_of_the_api(line: str, *, refused: bool) -> None:
    assert ("LIM201" in errors(container(line))) == refused
