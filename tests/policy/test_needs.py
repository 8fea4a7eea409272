"""What tasks need to be allowed, by everything that they are given: a row for each side of what decides."""

import pytest
from stage3c.graph import Graph
from stage3c.policy.need import Need
from stage3c.policy.needs import needed_permissions
from stage3c.policy.proofs import proofs

from tests.readers.folders import graph_of

STACK = """
variable "v" {}
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["123456789012"]
}
resource "aws_iam_role" "a" {
  name = "a"
}
resource "aws_kms_key" "k" {}
resource "aws_secretsmanager_secret" "s" {
  name       = "s"
  kms_key_id = aws_kms_key.k.arn
}
resource "aws_secretsmanager_secret" "of_aws" {
  name       = "of_aws"
  kms_key_id = "alias/aws/secretsmanager"
}
data "aws_kms_alias" "of_aws" {
  name = "alias/aws/secretsmanager"
}
resource "aws_secretsmanager_secret" "looked_up" {
  name       = "looked_up"
  kms_key_id = data.aws_kms_alias.of_aws.target_key_arn
}
data "aws_secretsmanager_secret" "by_arn" {
  arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"
}
resource "aws_ssm_parameter" "p" {
  name   = "/p"
  type   = "SecureString"
  key_id = aws_kms_key.k.arn
}
resource "aws_ssm_parameter" "plain" {
  name   = "/plain"
  type   = "SecureString"
}
data "aws_ssm_parameter" "d" {
  name = "/d"
}
resource "aws_rds_cluster" "c" {
  cluster_identifier            = "c"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.k.arn
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_cloudwatch_log_group" "g" {
  name = "g"
}
resource "aws_ecr_repository" "r" {
  name = "r"
}
data "aws_ecr_repository" "r" {
  name = "looked_up"
}
resource "aws_ecs_task_definition" "a" {
  family                   = "a"
  requires_compatibilities = ["%s"]
  container_definitions    = jsonencode([merge({ name = "a", image = "nginx:1" }, %s)])
  %s
}
"""
BY_ROLE = "execution_role_arn = aws_iam_role.a.arn"


def graph(container: str, kind: str = "FARGATE", body: str = BY_ROLE, more: str = "") -> Graph:
    return graph_of(STACK % (kind, container, body) + more)


def needed(*given: str) -> list[Need]:
    return [need for need in needed_permissions(graph(*given)) if need.kind != "trust"]


READS, GETS, DECRYPTS = "secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt"
INJECTED = '{ secrets = [{ name = "A", valueFrom = %s }] }'
OF_CLUSTER = '"${aws_rds_cluster.c.master_user_secret[0].secret_arn}:password::"'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("aws_secretsmanager_secret.s.arn", [(READS, ""), (DECRYPTS, "secretsmanager")]),
        ('"${aws_secretsmanager_secret.s.arn}:x::"', [(READS, ""), (DECRYPTS, "secretsmanager")]),
        (OF_CLUSTER, [(READS, ""), (DECRYPTS, "secretsmanager")]),
        ("aws_secretsmanager_secret.of_aws.arn", [(READS, "")]),  # the key that AWS manages admits the whole account
        ("aws_secretsmanager_secret.looked_up.arn", [(READS, "")]),
        ("aws_ssm_parameter.p.arn", [(GETS, ""), (DECRYPTS, "ssm")]),
        ("aws_ssm_parameter.p.name", [(GETS, ""), (DECRYPTS, "ssm")]),
        ("aws_ssm_parameter.plain.arn", [(GETS, "")]),
        ("data.aws_ssm_parameter.d.arn", [(GETS, "")]),
        ("aws_sqs_queue.q.name", [(READS, "")]),  # no parameter: what names it is a resource
        ('"/a"', [(GETS, "")]),
        ('"arn:aws:ssm:eu-west-1:123456789012:parameter/a"', [(GETS, "")]),
        ('"arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"', [(READS, "")]),
        ("var.v", []),
    ],
)
def test_a_secret_is_read_from_its_store_and_decrypted_through_it(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(need.action, need.through) for need in needed(INJECTED % value)] == expected


ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
OF_CLUSTER_ARN = f"{ARN}rds!cluster-«aws_rds_cluster.c»"


@pytest.mark.parametrize(
    ("written", "resource"),
    [
        (f"{ARN}a", f"{ARN}a-«suffix»"),
        (f"{ARN}a-AbCd12", f"{ARN}a-AbCd12"),
        (f"{ARN}a-AbCd1", f"{ARN}a-AbCd1-«suffix»"),
        (f"{ARN}a-AbCd123", f"{ARN}a-AbCd123-«suffix»"),
        (f"{ARN}a-??????", f"{ARN}a-??????"),
        (f"{ARN}a*", f"{ARN}a*"),
        (f"{ARN}a-AbCd12:k:s:v", f"{ARN}a-AbCd12"),
    ],
)
def test_a_secret_that_is_written_without_the_end_of_its_arn(written: str, resource: str) -> None:
    assert [need.resource for need in needed(INJECTED % f'"{written}"')] == [resource]
    credentials = f'{{ repositoryCredentials = {{ credentialsParameter = "{written}" }} }}'
    assert [(need.action, need.resource) for need in needed(credentials)] == [(READS, resource)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("aws_secretsmanager_secret.s.arn", f"{ARN}s-«aws_secretsmanager_secret.s»"),
        ("aws_secretsmanager_secret.s.id", f"{ARN}s-«aws_secretsmanager_secret.s»"),
        ("aws_secretsmanager_secret.s.name", None),
        ("aws_rds_cluster.c.master_user_secret[0].secret_arn", OF_CLUSTER_ARN),
        ("aws_rds_cluster.c.arn", None),
        ("aws_sqs_queue.q.arn", None),
        ('"${aws_secretsmanager_secret.s.arn}:x"', None),
        ('"arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"', None),
        ("var.v", None),
    ],
)
def test_an_application_reads_the_secret_whose_arn_it_is_given(value: str, expected: str | None) -> None:
    found = needed(f'{{ environment = [{{ name = "A", value = {value} }}] }}')
    key = "arn:aws:kms:eu-west-1:123456789012:key/«aws_kms_key.k»"
    assert [(need.action, need.resource) for need in found] == (
        [(READS, expected), (DECRYPTS, key)] if expected else []
    )
    assert {need.kind for need in found} <= {"application"}


def test_a_secret_that_is_looked_up_by_an_arn_without_its_end() -> None:
    found = needed(INJECTED % "data.aws_secretsmanager_secret.by_arn.arn")
    assert [need.resource for need in found] == [f"{ARN}a-«suffix»"]


PULLED = '{ image = "%s" }'
REPOSITORY = "arn:aws:ecr:eu-west-1:123456789012:repository/"


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("${aws_ecr_repository.r.repository_url}:1", f"{REPOSITORY}r"),
        ("${data.aws_ecr_repository.r.repository_url}:1", f"{REPOSITORY}looked_up"),
        ("${aws_sqs_queue.q.name}/${aws_ecr_repository.r.name}:1", None),
        ("${var.v}/x", None),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1", f"{REPOSITORY}x"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/x:1", "arn:aws:ecr:cn-north-1:123456789012:repository/x"),
        ("123456789012.dkr.ecr.eu-west-1.example.com/x:1", None),
        ("12345678901.dkr.ecr.eu-west-1.amazonaws.com/x:1", None),
        ("nginx:1", None),
    ],
)
def test_the_repository_from_which_an_image_is_pulled(image: str, repository: str | None) -> None:
    found = {need.resource for need in needed(PULLED % image)}
    assert found == ({"*", repository} if repository else set())


LOGGED = '{ logConfiguration = { logDriver = "awslogs", options = { awslogs-group = %s } } }'
GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("aws_cloudwatch_log_group.g.name", {f"{GROUP}g:log-stream:any"}),
        ("aws_sqs_queue.q.name", {f"{GROUP}q:log-stream:any"}),
        ('"g"', {f"{GROUP}g:log-stream:any"}),
        ('"${aws_cloudwatch_log_group.g.name}-x"', {f"{GROUP}g-x:log-stream:any"}),
        ("var.v", set()),
        ('""', set()),
    ],
)
def test_the_log_group_of_a_container(group: str, expected: set[str]) -> None:
    assert {need.resource for need in needed(LOGGED % group)} == expected


@pytest.mark.parametrize(
    ("kind", "body", "container", "is_needed"),
    [
        ("FARGATE", BY_ROLE, PULLED % "${aws_ecr_repository.r.repository_url}:1", True),
        ("FARGATE", "", PULLED % "${aws_ecr_repository.r.repository_url}:1", True),
        ("EC2", BY_ROLE, PULLED % "${aws_ecr_repository.r.repository_url}:1", True),
        ("EC2", "", PULLED % "${aws_ecr_repository.r.repository_url}:1", False),  # the role of the instance does it
        ("EC2", "", LOGGED % '"g"', False),
        ("EC2", BY_ROLE, LOGGED % '"g"', True),
        ("EC2", "", INJECTED % '"/a"', True),  # but no instance injects secrets
    ],
)
def test_who_starts_a_task(kind: str, body: str, container: str, is_needed: bool) -> None:  # noqa: FBT001 - a row of the table
    found = needed(container, kind, body)
    assert bool(found) is is_needed
    assert {need.role is None for need in found} <= {not body}
    proven = [proof for proof in proofs(graph(container, kind, body)) if proof.need.kind != "trust"]
    assert {proof.decision.allowed for proof in proven} <= {False}  # nothing is granted


SHELLS = 'resource "aws_ecs_service" "a" {\n  enable_execute_command = true\n  task_definition = %s\n}\n'


@pytest.mark.parametrize(("task", "count"), [("aws_ecs_task_definition.a.arn", 4), ('"a:1"', 0), ("var.v", 0)])
def test_a_shell_is_opened_by_the_role_of_a_task_that_is_known(task: str, count: int) -> None:
    assert len(needed("{}", "FARGATE", BY_ROLE, SHELLS % task)) == count


FLOW_LOG = 'resource "aws_flow_log" "f" {\n  iam_role_arn = aws_iam_role.a.arn\n  %s\n}\n'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("log_destination = aws_cloudwatch_log_group.g.arn", 2),
        ("log_destination = aws_sqs_queue.q.arn", 0),
        ("log_destination = var.v", 0),
        ("", 0),
        ('log_destination = aws_cloudwatch_log_group.g.arn\n  log_destination_type = "kinesis-data-firehose"', 0),
    ],
)
def test_flow_logs_write_where_they_are_told(body: str, count: int) -> None:
    assert len(needed("{}", "FARGATE", BY_ROLE, FLOW_LOG % body)) == count
