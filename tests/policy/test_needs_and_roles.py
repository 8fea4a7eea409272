"""Which permissions are needed, by whom and on what; and which policies a role has, however they are attached."""

import pytest
from stage3c.policy.actions import can_be_limited, is_known, nearest_action
from stage3c.policy.needs import PULL, SHELL, needed_permissions
from stage3c.policy.proofs import proofs, users_of
from stage3c.policy.roles import grants_of

from tests.readers.folders import graph_of

PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n  allowed_account_ids = ["123456789012"]\n}\n'
TASK = """
resource "aws_ecs_task_definition" "a" {
  family                   = "a"
  requires_compatibilities = ["%s"]
  execution_role_arn       = aws_iam_role.a.arn
  task_role_arn            = aws_iam_role.a.arn
  container_definitions    = jsonencode([merge({ name = "a", image = "nginx:1" }, %s)])
}
"""
ROLE = 'resource "aws_iam_role" "a" {\n  name = "a"\n%s}\n'
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"


def needs(container: str, more: str = "", kind: str = "FARGATE") -> set[tuple[str, str]]:
    graph = graph_of(PROVIDER + TASK % (kind, container) + ROLE % "" + more)
    return {(need.action, need.resource) for need in needed_permissions(graph) if need.kind != "trust"}


def secret(value: str, more: str = "") -> set[tuple[str, str]]:
    return needs(f'{{ secrets = [{{ name = "A", valueFrom = {value} }}] }}', more)


@pytest.mark.parametrize(
    ("value", "action", "resource"),
    [
        (f'"{ARN}a-AbCdEf"', "secretsmanager:GetSecretValue", f"{ARN}a-AbCdEf"),
        (f'"{ARN}a-AbCdEf:key::"', "secretsmanager:GetSecretValue", f"{ARN}a-AbCdEf"),
        (f'"{ARN}a-AbCdEf:key:AWSCURRENT:1"', "secretsmanager:GetSecretValue", f"{ARN}a-AbCdEf"),
        (f'"{ARN}a"', "secretsmanager:GetSecretValue", f"{ARN}a-«suffix»"),
        (f'"{ARN}a:key::"', "secretsmanager:GetSecretValue", f"{ARN}a-«suffix»"),
        ('"/a/b"', "ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b"),
        ('"a"', "ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/a"),
        ('"arn:aws:ssm:eu-west-2:1:parameter/a"', "ssm:GetParameters", "arn:aws:ssm:eu-west-2:1:parameter/a"),
    ],
)
def test_the_arn_of_a_secret_ends_before_its_key(value: str, action: str, resource: str) -> None:
    assert secret(value) == {(action, resource)}


def test_a_secret_of_the_graph_and_its_key() -> None:
    own = 'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n  kms_key_id = aws_kms_key.k.arn\n}\n'
    key = 'resource "aws_kms_key" "k" {}\n'
    for value in ("aws_secretsmanager_secret.s.arn", '"${aws_secretsmanager_secret.s.arn}:key::"'):
        found = secret(value, own + key)
        assert {action for action, _ in found} == {"secretsmanager:GetSecretValue", "kms:Decrypt"}
    assert {
        action for action, _ in secret("aws_secretsmanager_secret.s.arn", own.replace("aws_kms_key.k.arn", '"alias/x"'))
    } == {"secretsmanager:GetSecretValue", "kms:Decrypt"}
    parameter = 'resource "aws_ssm_parameter" "p" {\n  name = "/p"\n  type = "String"\n}\n'
    assert {action for action, _ in secret("aws_ssm_parameter.p.arn", parameter)} == {"ssm:GetParameters"}


LOGS = '{ logConfiguration = { logDriver = "%s", options = { awslogs-group = "g"%s } } }'
GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:any"
REPOSITORY = "arn:aws:ecr:eu-west-1:123456789012:repository/x"


@pytest.mark.parametrize(
    ("container", "kind", "expected"),
    [
        ("{}", "FARGATE", set()),
        (LOGS % ("awslogs", ""), "FARGATE", {("logs:CreateLogStream", GROUP), ("logs:PutLogEvents", GROUP)}),
        (
            LOGS % ("awslogs", ', awslogs-create-group = "true"'),
            "FARGATE",
            {("logs:CreateLogStream", GROUP), ("logs:PutLogEvents", GROUP), ("logs:CreateLogGroup", GROUP)},
        ),
        (
            LOGS % ("awslogs", ', awslogs-region = "eu-west-2"'),
            "FARGATE",
            {(f"logs:{act}", GROUP.replace("eu-west-1", "eu-west-2")) for act in ("CreateLogStream", "PutLogEvents")},
        ),
        (LOGS % ("fluentd", ""), "FARGATE", set()),
        (
            '{ image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1" }',
            "FARGATE",
            {("ecr:GetAuthorizationToken", "*"), *((action, REPOSITORY) for action in PULL)},
        ),
        ('{ image = "public.ecr.aws/x/y:1" }', "FARGATE", set()),
        (
            f'{{ repositoryCredentials = {{ credentialsParameter = "{ARN}a-AbCdEf" }} }}',
            "FARGATE",
            {("secretsmanager:GetSecretValue", f"{ARN}a-AbCdEf")},
        ),
    ],
)
def test_what_a_task_needs_to_start(container: str, kind: str, expected: set[tuple[str, str]]) -> None:
    assert needs(container, kind=kind) == expected


def test_on_ec2_without_a_role_the_instance_pulls_and_logs() -> None:
    container = LOGS % ("awslogs", "")
    for kind, expected in (("EC2", 0), ("FARGATE", 2)):
        text = PROVIDER + TASK.replace("  execution_role_arn       = aws_iam_role.a.arn\n", "") % (kind, container)
        found = needed_permissions(graph_of(text + ROLE % ""))
        assert len(found) == expected, kind
        assert all(need.role is None for need in found)
        service = 'resource "aws_ecs_service" "a" {\n  launch_type = "EC2"\n  task_definition = aws_ecs_task_definition.a.arn\n}\n'
        assert needed_permissions(graph_of(text + ROLE % "" + service)) == []


def test_a_shell_needs_channels_and_a_secret_given_by_arn_is_read() -> None:
    for on, expected in (("true", set(SHELL)), ("false", set())):
        service = f'resource "aws_ecs_service" "a" {{\n  enable_execute_command = {on}\n  task_definition = aws_ecs_task_definition.a.arn\n}}\n'
        assert {action for action, _ in needs("{}", service)} == expected
    own = 'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n}\n'
    for attribute, count in (("arn", 1), ("id", 1), ("name", 0)):
        variable = f'{{ environment = [{{ name = "A", value = aws_secretsmanager_secret.s.{attribute} }}] }}'
        assert len(needs(variable, own)) == count, attribute


FLOW_LOG = """
resource "aws_cloudwatch_log_group" "g" {
  name = "g"
}
resource "aws_flow_log" "f" {
  iam_role_arn    = aws_iam_role.a.arn
  log_destination = aws_cloudwatch_log_group.g.arn
%s}
"""


@pytest.mark.parametrize(
    ("more", "count"),
    [("", 2), ('log_destination_type = "s3"\n', 0), ('log_destination_type = "cloud-watch-logs"\n', 2)],
)
def test_flow_logs_write_to_a_log_group(more: str, count: int) -> None:
    found = needed_permissions(graph_of(PROVIDER + FLOW_LOG % more + ROLE % ""))
    assert len([need for need in found if need.kind != "trust"]) == count


GRANT = '{ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "%s", Resource = "*" }] }'
READ, NOTHING = GRANT % "secretsmanager:GetSecretValue", GRANT % "sqs:SendMessage"
INLINE = 'resource "aws_iam_role_policy" "p" {{\n  {}\n  role = {}\n  policy = jsonencode({})\n}}\n'
ATTACHED = (
    'resource "aws_iam_policy" "p" {{\n  policy = jsonencode({1})\n}}\n'
    'resource "aws_iam_role_policy_attachment" "p" {{\n  {0}\n  role = aws_iam_role.a.name\n  policy_arn = aws_iam_policy.p.arn\n}}\n'
)
MANAGED = 'resource "aws_iam_role_policy_attachment" "m" {{\n  role = aws_iam_role.a.name\n  policy_arn = "arn:aws:iam::aws:policy/{}"\n}}\n'
BOUNDARY = 'resource "aws_iam_policy" "b" {{\n  policy = jsonencode({})\n}}\n'


@pytest.mark.parametrize(
    ("inside", "more", "expected"),
    [
        ("", "", False),
        ("", INLINE.format("", "aws_iam_role.a.id", READ), True),
        ("", INLINE.format("", "aws_iam_role.a.name", READ), True),
        ("", INLINE.format("", '"a"', READ), True),
        ("", INLINE.format("", '"b"', READ), False),
        ("", INLINE.format("", "var.v", READ), None),
        ("", INLINE.format("", "aws_iam_role.a.id", NOTHING), False),
        ("", INLINE.format("", "aws_iam_role.a.id", "var.v"), None),
        ("", INLINE.format("count = var.v", "aws_iam_role.a.id", READ), None),
        ("count = var.v\n", "", None),
        ("", ATTACHED.format("", READ), True),
        ("", ATTACHED.format("", NOTHING), False),
        ("", ATTACHED.format("count = var.v", READ), None),
        ("", MANAGED.format("SecretsManagerReadWrite"), True),
        ("", MANAGED.format("service-role/AmazonECSTaskExecutionRolePolicy"), False),
        ("", MANAGED.format("NoSuchPolicyAtAll"), None),
        ('managed_policy_arns = ["arn:aws:iam::aws:policy/SecretsManagerReadWrite"]\n', "", True),
        ("managed_policy_arns = [var.v]\n", "", None),
        (f"inline_policy {{\n  policy = jsonencode({READ})\n}}\n", "", True),
        (f"inline_policy {{\n  policy = jsonencode({NOTHING})\n}}\n", "", False),
        ("inline_policy {\n  policy = var.v\n}\n", "", None),
        (
            "permissions_boundary = aws_iam_policy.b.arn\n",
            BOUNDARY.format(READ) + INLINE.format("", "aws_iam_role.a.id", READ),
            True,
        ),
        (
            "permissions_boundary = aws_iam_policy.b.arn\n",
            BOUNDARY.format(NOTHING) + INLINE.format("", "aws_iam_role.a.id", READ),
            False,
        ),
        ("permissions_boundary = var.v\n", INLINE.format("", "aws_iam_role.a.id", READ), None),
        ("permissions_boundary = var.v\n", INLINE.format("", "aws_iam_role.a.id", NOTHING), False),
    ],
)
def test_a_permission_is_proven_by_what_its_role_is_granted(inside: str, more: str, expected: bool | None) -> None:  # noqa: FBT001
    container = f'{{ secrets = [{{ name = "A", valueFrom = "{ARN}a-AbCdEf" }}] }}'
    graph = graph_of(PROVIDER + 'variable "v" {}\n' + TASK % ("FARGATE", container) + ROLE % inside + more)
    assert [proof.decision.allowed for proof in proofs(graph) if proof.need.kind != "trust"] == [expected]


def test_no_role_is_a_denial_and_one_from_elsewhere_is_unknown() -> None:
    container = f'{{ secrets = [{{ name = "A", valueFrom = "{ARN}a-AbCdEf" }}] }}'
    line = "  execution_role_arn       = aws_iam_role.a.arn\n"
    for instead, expected in (("", False), ('  execution_role_arn = "arn:aws:iam::1:role/x"\n', None)):
        text = PROVIDER + TASK.replace(line, instead).replace("= aws_iam_role.a.arn", '= "x"') % ("FARGATE", container)
        (proof,) = (proof for proof in proofs(graph_of(text)) if proof.need.kind != "trust")
        assert (proof.role, proof.decision.allowed) == (None, expected)


@pytest.mark.parametrize(
    ("action", "known", "limited"),
    [
        ("*", True, False),
        ("s3:GetObject", True, True),
        ("S3:getobject", True, True),
        ("s3:Get*", True, True),
        ("s3:Nothing*", False, False),
        ("s3:NoSuchAction", False, False),
        ("nosuch:Action", False, False),
        ("ecr:GetAuthorizationToken", True, False),
        ("ecr:GetAuthorizationToke?", True, False),
    ],
)
def test_the_list_of_actions(action: str, known: bool, limited: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_known(action) is known
    assert can_be_limited(action) is limited


def test_the_nearest_action_has_its_own_spelling() -> None:
    assert nearest_action("s3:getObjec") == "s3:GetObject"
    assert nearest_action("ss3:GetObject") == "s3:GetObject"
    assert nearest_action("s3:zzzzzzzzzzzzzzzz") is None


def test_the_policies_of_aws_and_the_users_of_a_role_are_told() -> None:
    more = MANAGED.format("SecretsManagerReadWrite") + INLINE.format("", "aws_iam_role.a.id", READ)
    graph = graph_of(PROVIDER + TASK % ("FARGATE", "{}") + ROLE % "" + more)
    role = graph.resources["aws_iam_role.a"]
    assert grants_of(graph, role).managed_arns == ("arn:aws:iam::aws:policy/SecretsManagerReadWrite",)
    assert {(user.address, argument) for user, argument in users_of(graph, role)} == {
        ("aws_ecs_task_definition.a", "execution_role_arn"),
        ("aws_ecs_task_definition.a", "task_role_arn"),
        ("aws_iam_role_policy.p", "role"),
        ("aws_iam_role_policy_attachment.m", "role"),
    }
