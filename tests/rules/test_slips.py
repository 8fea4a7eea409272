"""Rules about words that others define: a slip is found, and what only resembles a known word is not."""

import pytest
from stage3c.audits import audit
from stage3c.readers.configuration import read_configuration

LOCAL = '"http://127.0.0.1:8080/health"'


def codes(text: str) -> set[str]:
    return {
        each.code
        for each in audit(read_configuration(".", lambda at: {"main.tf": text.encode()} if at == "." else None))
    }


def probe(words: str) -> str:
    container = f'name = "web", image = "web:1", healthCheck = {{ command = ["CMD", {words}] }}'
    return (
        f'resource "aws_ecs_task_definition" "web" {{\n  container_definitions = jsonencode([{{ {container} }}])\n}}\n'
    )


@pytest.mark.parametrize(
    "words",
    [
        f'"wget", "--no-verbose", "--tries=1", "--timeout=5", "--spider", {LOCAL}',
        f'"wget", "-qO-", "-T5", {LOCAL}',
        f'"wget", "-qO", "/dev/null", {LOCAL}',
        f'"curl", "-sSf", {LOCAL}',
        f'"curl", "-fsSLo", "/dev/null", "-m", "2", {LOCAL}',
        f'"curl", "--fail-with-body", "--silent", "--retry-delay", "1", "--url", {LOCAL}',
        '"test", "-f", "/tmp/healthy"',
        '"perl", "health.pl"',
        '"python3.11", "health.py"',
        '"python3", "-c", "import health"',
        f'"node", "-e", "{"a();" * 2000}"',
    ],
)
def test_a_health_check_that_works_has_no_finding(words: str) -> None:
    assert "HLT260" not in codes(probe(words))


@pytest.mark.parametrize(
    "words",
    [
        f'"crul", "-f", {LOCAL}',
        '"-f", "/tmp/healthy"',
        f'"wget", "--trise=1", {LOCAL}',
        f'"wget", "-Tsoon", {LOCAL}',
        f'"curl", "--fail", "--max-time=5", {LOCAL}',
        f'"curl", "--fail", {LOCAL}, "-m"',
        f'"curl", "-sS", {LOCAL}',
        f'"curl", "-Hf", {LOCAL}',
        '"curl", "-f"',
        '"curl", "-f", "web"',
        '"python3", "-c", "import health("',
        '"python3", "-c"',
        '"node", "-e", "a(;"',
    ],
)
def test_a_health_check_that_cannot_run_is_found(words: str) -> None:
    assert "HLT260" in codes(probe(words))


@pytest.mark.parametrize(
    ("service", "found"),
    [
        ("secretmanager", True),
        ("ssm-messages", True),
        ("ecr", True),
        ("ecr.apis", True),
        ("secretsmanager", False),
        ("sagemaker.api", False),
        ("ec2messages", False),
        ("sts-fips", False),
        ("logs-fips", False),
        ("states", False),
        ("config", False),
        ("dms", False),
        ("eks", False),
        ("ecs", False),
    ],
)
def test_of_endpoint_services_only_a_slip_is_a_fault(service: str, found: bool) -> None:  # noqa: FBT001 - a row of a table
    endpoint = f'resource "aws_vpc_endpoint" "a" {{\n  service_name = "com.amazonaws.eu-west-1.{service}"\n}}\n'
    assert ("NET263" in codes(endpoint)) == found


@pytest.mark.parametrize(
    ("pattern", "is_found"),
    [
        ('detail-type = ["Secret Label Updated"]', False),
        ('detail-type = ["Secret Label Update"]', True),
        ('detail-type = ["AWS API Call via CloudTrail"]', False),
        ('detail-type = ["AWS Service Event via CloudTrail"]', False),
        ('detail = { labelUpdated = ["AWSCURRENT"] }', False),
        ('detail = { labelUpdated = ["AWSCURENT"] }', True),
        ('detail = { labelUpdated = ["AWSPENDING"] }', True),
        ('detail = { labelUpdated = ["AWSPREVIOUS"] }', True),
        ('detail = { labelUpdated = ["live"] }', False),
    ],
)
def test_secrets_manager_tells_only_of_labels_that_move_and_not_of_its_own(pattern: str, is_found: bool) -> None:  # noqa: FBT001 - a row
    body = f'jsonencode({{ source = ["aws.secretsmanager"], {pattern} }})'
    rule = f'resource "aws_cloudwatch_event_rule" "x" {{\n  name = "x"\n  event_pattern = {body}\n}}\n'
    assert ("MON263" in codes(rule)) is is_found


@pytest.mark.parametrize(
    ("kind", "is_found"),
    [(kind, False) for kind in ("metric", "text", "log", "alarm", "explorer", "custom", "chart")] + [("metrics", True)],
)
def test_the_types_of_widgets(kind: str, is_found: bool) -> None:  # noqa: FBT001 - a row of the table
    properties = 'properties = { region = "eu-west-1", metrics = [["AWS/ECS", "CPUUtilization", "ClusterName", "a"]] }'
    body = f'jsonencode({{ widgets = [{{ type = "{kind}", {properties} }}] }})'
    dashboard = f'resource "aws_cloudwatch_dashboard" "x" {{\n  dashboard_name = "x"\n  dashboard_body = {body}\n}}\n'
    assert ("MON260" in codes(dashboard)) is is_found
