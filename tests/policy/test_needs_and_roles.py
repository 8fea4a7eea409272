"""Which permissions are needed, by whom and on what; and which policies a role has, however they are attached."""

import pytest
from msgspec.structs import replace
from stage3c.graph import UNKNOWN, Graph, Json, Origin, Ref, Resource, Value
from stage3c.policy.actions import can_be_limited, is_known, nearest_action
from stage3c.policy.contexts import of_role, of_trust
from stage3c.policy.evaluator import Request, decide, is_account
from stage3c.policy.need import Need
from stage3c.policy.needs import PULL, SHELL, needed_permissions
from stage3c.policy.proofs import proofs, users_of
from stage3c.policy.resource_policies import key_of, policy_of
from stage3c.policy.roles import grants_of
from stage3c.policy.service_needs import to_assume
from stage3c.views.statements import Statement

from tests.readers.folders import graph_of, read

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


def test_flow_logs_that_lead_elsewhere_need_no_log_group() -> None:
    bucket = FLOW_LOG.replace("= aws_cloudwatch_log_group.g.arn", "= aws_s3_bucket.g.arn") % ""
    found = needed_permissions(graph_of(PROVIDER + bucket + 'resource "aws_s3_bucket" "g" {}\n' + ROLE % ""))
    assert [need for need in found if need.kind != "trust"] == []


def test_a_variable_may_refer_to_what_is_not_there_and_a_key_may_not_be_known() -> None:
    variable: Value = {"name": "A", "value": Ref("aws_secretsmanager_secret.none", "arn")}
    container: Value = {"name": "a", "image": "nginx:1", "environment": [variable]}
    containers = Json([container])
    task = Resource("aws_ecs_task_definition", "a", {"container_definitions": containers}, Origin())
    assert needed_permissions(Graph.of([task])) == []
    own = 'variable "v" {}\nresource "aws_secretsmanager_secret" "s" {\n  kms_key_id = var.v\n}\n'
    assert "kms:Decrypt" in {action for action, _ in secret("aws_secretsmanager_secret.s.arn", own)}


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
        (
            "managed_policy_arns = [aws_sqs_queue.q.arn]\n",
            f'resource "aws_sqs_queue" "q" {{\n  policy = jsonencode({READ})\n}}\n',
            None,
        ),
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


def test_each_kind_of_secret_under_a_key_of_its_own_needs_that_key() -> None:
    key = 'resource "aws_kms_key" "k" {}\n'
    parameter = 'resource "aws_ssm_parameter" "p" {\n  name = "/p"\n  type = "%s"\n  key_id = aws_kms_key.k.arn\n}\n'
    for kind, expected in (
        ("SecureString", {"ssm:GetParameters", "kms:Decrypt"}),
        ("String", {"ssm:GetParameters"}),
    ):
        assert {action for action, _ in secret("aws_ssm_parameter.p.arn", key + parameter % kind)} == expected
    database = (
        'resource "%s" "d" {\n  manage_master_user_password = true\n'
        "  master_user_secret_kms_key_id = aws_kms_key.k.arn\n}\n"
    )
    for kind in ("aws_db_instance", "aws_rds_cluster"):
        value = f'"${{{kind}.d.master_user_secret[0].secret_arn}}:password::"'
        found = secret(value, key + database % kind)
        assert {action for action, _ in found} == {"secretsmanager:GetSecretValue", "kms:Decrypt"}
    looked_up = 'data "aws_secretsmanager_secret" "s" {\n  name = "s"\n  kms_key_id = aws_kms_key.k.arn\n}\n'
    assert "kms:Decrypt" not in {a for a, _ in secret("data.aws_secretsmanager_secret.s.arn", key + looked_up)}


def test_the_key_of_a_secret_that_an_application_reads() -> None:
    own = 'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n  kms_key_id = aws_kms_key.k.arn\n}\n'
    variable = '{ environment = [{ name = "A", value = aws_secretsmanager_secret.s.arn }] }'
    graph = graph_of(PROVIDER + TASK % ("FARGATE", variable) + ROLE % "" + own + 'resource "aws_kms_key" "k" {}\n')
    found = {(need.kind, need.action, need.through) for need in needed_permissions(graph) if need.kind != "trust"}
    assert found == {
        ("application", "secretsmanager:GetSecretValue", ""),
        ("application", "kms:Decrypt", "secretsmanager"),
    }


@pytest.mark.parametrize(
    ("value", "action"),
    [
        ("aws_ssm_parameter.p.arn", "ssm:GetParameters"),
        ("aws_ssm_parameter.p.name", "ssm:GetParameters"),
        ("data.aws_ssm_parameter.p.arn", "ssm:GetParameters"),
        ("aws_secretsmanager_secret.s.arn", "secretsmanager:GetSecretValue"),
        ("aws_sqs_queue.q.arn", "secretsmanager:GetSecretValue"),
    ],
)
def test_the_store_of_a_secret_is_told_by_what_it_names(value: str, action: str) -> None:
    more = (
        'resource "aws_ssm_parameter" "p" {\n  name = "/p"\n  type = "String"\n}\n'
        'data "aws_ssm_parameter" "p" {\n  name = "/q"\n}\n'
        'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n}\nresource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'
    )
    assert {each for each, _ in secret(value, more)} == {action}


def test_what_is_no_text_needs_nothing() -> None:
    assert secret("5") == {("ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/5")}
    assert secret("null") == set()
    assert secret("var.v", 'variable "v" {}\n') == set()
    assert needs('{ logConfiguration = { logDriver = "awslogs" } }') == set()
    assert (
        needs('{ logConfiguration = { logDriver = "awslogs", options = { awslogs-region = "eu-west-1" } } }') == set()
    )
    assert needs('{ image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/" }') == set()


@pytest.mark.parametrize(
    ("image", "arn"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/x", REPOSITORY),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/x@sha256:0", REPOSITORY),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:1", "arn:aws:ecr:us-east-1:123456789012:repository/a/b"),
    ],
)
def test_the_repository_of_an_image(image: str, arn: str) -> None:
    assert (PULL[0], arn) in needs(f'{{ image = "{image}" }}')


PUBLISHERS = {
    'aws_cloudwatch_metric_alarm" "x" {\n  alarm_actions = [aws_sns_topic.t.arn]\n}\n': "cloudwatch.amazonaws.com",
    'aws_cloudwatch_composite_alarm" "x" {\n  ok_actions = [aws_sns_topic.t.arn]\n}\n': "cloudwatch.amazonaws.com",
    'aws_cloudwatch_event_target" "x" {\n  arn = aws_sns_topic.t.arn\n}\n': "events.amazonaws.com",
    'aws_db_event_subscription" "x" {\n  sns_topic = aws_sns_topic.t.arn\n}\n': "events.rds.amazonaws.com",
    'aws_budgets_budget" "x" {\n  notification {\n    subscriber_sns_topic_arns = [aws_sns_topic.t.arn]\n  }\n}\n': (
        "budgets.amazonaws.com"
    ),
}


@pytest.mark.parametrize("text", PUBLISHERS, ids=lambda text: text.partition(chr(34))[0])
def test_who_publishes_to_a_topic_uses_its_key(text: str) -> None:
    topic = 'resource "aws_sns_topic" "t" {\n  name = "t"\n  kms_master_key_id = aws_kms_key.k.id\n}\n'
    graph = graph_of(PROVIDER + topic + 'resource "aws_kms_key" "k" {}\nresource "' + text)
    found = [need for need in needed_permissions(graph) if need.kind == "key"]
    assert [(need.principal, need.action) for need in found] == [
        (f"Service:{PUBLISHERS[text]}", "kms:Decrypt"),
        (f"Service:{PUBLISHERS[text]}", "kms:GenerateDataKey"),
    ]
    assert {need.key and need.key.address for need in found} == {"aws_kms_key.k"}


def test_a_topic_nobody_publishes_to_and_one_without_a_key_need_nothing() -> None:
    alarm = 'resource "aws_cloudwatch_metric_alarm" "x" {\n  alarm_actions = [aws_sns_topic.t.arn]\n}\n'
    for body, more in (("kms_master_key_id = aws_kms_key.k.id", ""), ("", alarm), ('kms_master_key_id = ""', alarm)):
        topic = f'resource "aws_sns_topic" "t" {{\n  name = "t"\n  {body}\n}}\n'
        graph = graph_of(PROVIDER + topic + more + 'resource "aws_kms_key" "k" {}\n')
        assert needed_permissions(graph) == [], body


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("aws_secretsmanager_secret", "secret_arn"),
        ("aws_ecr_repository", "repository"),
        ("aws_s3_bucket", "bucket"),
        ("aws_sns_topic", "arn"),
        ("aws_sqs_queue", "queue_url"),
        ("aws_kms_key", "key_id"),
        ("aws_vpc_endpoint", "vpc_endpoint_id"),
    ],
)
def test_a_policy_may_stand_beside_its_resource_or_in_it(kind: str, argument: str) -> None:
    statement = 'policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })'
    bare, inline = f'resource "{kind}" "r" {{}}\n', f'resource "{kind}" "r" {{\n  {statement}\n}}\n'
    beside = f'resource "{kind}_policy" "p" {{\n  {{}}\n  {argument} = {kind}.r.id\n  {statement}\n}}\n'
    hidden = f'resource "{kind}_policy" "p" {{\n  {argument} = {kind}.r.id\n  policy = var.v\n}}\n'
    module = f'module "m" {{\n  source = "a/b/aws"\n  r = {kind}.r.id\n}}\n'
    for text, count in (
        (bare, 0), (inline, 1), (bare + beside.replace("{}", ""), 1), (inline + beside.replace("{}", ""), 2),
        (bare + beside.replace("{}", "count = var.v"), None), (bare + hidden, None), (bare + module, None),
        (inline.replace(statement, 'policy = ""'), 0),
    ):  # fmt: skip
        graph = read('variable "v" {}\n' + text).graph
        assert graph
        found = policy_of(graph, graph.resources[f"{kind}.r"])
        assert (None if found is None else len(found)) == count, text


@pytest.mark.parametrize(
    ("principal", "is_whole"),
    [
        ("AWS:arn:aws:iam::123456789012:root", True),
        ("AWS:123456789012", True),
        ("AWS:arn:aws:iam::123456789012:role/root", False),
        ("Service:ecs.amazonaws.com", False),
        ("Service:x:root", False),
        ("*", False),
    ],
)
def test_what_means_a_whole_account(principal: str, is_whole: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_account(principal) is is_whole


ROLE_ARN = "AWS:arn:aws:iam::123456789012:role/me"
ACCOUNT_ARN, OTHER_ACCOUNT = "AWS:arn:aws:iam::123456789012:root", "AWS:arn:aws:iam::999999999999:root"


@pytest.mark.parametrize(
    ("allows", "principal", "caller", "expected"),
    [
        (True, ROLE_ARN, ROLE_ARN, True),
        (True, "AWS:arn:aws:iam::123456789012:role/you", ROLE_ARN, False),
        (True, ACCOUNT_ARN, ROLE_ARN, False),  # it delegates to the account, whose own policies decide
        (True, ACCOUNT_ARN, ACCOUNT_ARN, True),
        (True, "AWS:123456789012", ACCOUNT_ARN, True),
        (True, OTHER_ACCOUNT, ACCOUNT_ARN, False),
        (False, ACCOUNT_ARN, ROLE_ARN, False),
        (False, "AWS:123456789012", ROLE_ARN, False),
        (False, OTHER_ACCOUNT, ROLE_ARN, True),
        (False, ACCOUNT_ARN, "Service:ecs.amazonaws.com", True),
        (False, "*", "Service:ecs.amazonaws.com", False),
        (False, "Service:ecs.amazonaws.com", "Service:ecs.amazonaws.com", False),
    ],
)
def test_whom_a_principal_means(allows: bool, principal: str, caller: str, expected: bool) -> None:  # noqa: FBT001 - a row
    always = Statement(True, ("*",), ("*",), principals=("*",))  # noqa: FBT003 - Allow
    statement = always._replace(allows=allows, principals=(principal,))
    others = [] if allows else [always]
    assert decide(Request("s3:GetObject", "arn:aws:s3:::a", caller), [], [*others, statement]).allowed is expected


REGIONS = """
provider "aws" {
  region = "eu-west-1"
  allowed_account_ids = ["123456789012"]
}
resource "aws_iam_role" "r" {
  name = "r"
}
"""


@pytest.mark.parametrize(
    ("action", "resource", "through", "key", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::x", "", "aws:requestedregion", "eu-west-1"),
        ("s3:GetObject", "arn:aws:s3:us-east-1:9:x", "", "aws:requestedregion", "us-east-1"),
        ("s3:GetObject", "*", "", "aws:requestedregion", "eu-west-1"),
        ("s3:GetObject", "x:aws:s3:us-east-1:9:x", "", "aws:requestedregion", "eu-west-1"),
        ("s3:GetObject", "arn:aws:s3:us-east-1", "", "aws:requestedregion", "eu-west-1"),
        ("s3:GetObject", "arn:aws:s3:us-east-1:9", "", "aws:requestedregion", "us-east-1"),
        ("s3:GetObject", "arn:aws:s3:us-east-1:9", "", "aws:resourceaccount", "9"),
        ("s3:GetObject", "arn:aws:s3:us-east-1", "", "aws:resourceaccount", "absent"),
        ("s3:GetObject", "arn:aws:s3:us-east-1:9:x", "", "aws:resourceaccount", "9"),
        ("s3:GetObject", "x:aws:s3:us-east-1:9:x", "", "aws:resourceaccount", "absent"),
        ("s3:GetObject", "arn:aws:s3:::x", "", "aws:resourceaccount", "absent"),
        ("s3:GetObject", "*", "", "aws:viaawsservice", "false"),
        ("kms:Decrypt", "*", "ssm", "aws:viaawsservice", "true"),
        ("kms:Decrypt", "*", "ssm", "kms:viaservice", "ssm.eu-west-1.amazonaws.com"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:9:key/1", "ssm", "kms:viaservice", "ssm.us-east-1.amazonaws.com"),
        ("kms:Decrypt", "*", "", "kms:viaservice", None),
        ("kms:Decrypt", "*", "", "kms:calleraccount", "123456789012"),
        ("s3:GetObject", "*", "ssm", "kms:calleraccount", "absent"),
        ("s3:GetObject", "*", "", "aws:principalaccount", "123456789012"),
        ("s3:GetObject", "*", "", "aws:principaltype", "AssumedRole"),
        ("s3:GetObject", "*", "", "aws:principalisawsservice", "false"),
        ("s3:GetObject", "*", "", "aws:securetransport", "true"),
        ("s3:GetObject", "*", "", "aws:multifactorauthage", None),
        ("s3:GetObject", "*", "", "aws:username", None),
        ("s3:GetObject", "*", "", "aws:sourceip", "absent"),
    ],
)
def test_what_aws_knows_of_a_call(action: str, resource: str, through: str, key: str, expected: str | None) -> None:
    graph = graph_of(REGIONS)
    context = of_role(graph, graph.resources["aws_iam_role.r"], action, resource, through=through)
    assert context.get(key, "absent") == expected


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("ecs-tasks.amazonaws.com", f"arn:aws:ecs:eu-west-1:123456789012:task/«any»/{'a' * 32}"),
        ("vpc-flow-logs.amazonaws.com", f"arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/fl-{'a' * 17}"),
        ("scheduler.amazonaws.com", "arn:aws:«service»:eu-west-1:123456789012:«any»"),
    ],
)
def test_on_whose_behalf_a_service_assumes_a_role(service: str, source: str) -> None:
    graph = graph_of(REGIONS)
    context = of_trust(graph, graph.resources["aws_iam_role.r"], service)
    assert context["aws:sourcearn"] == source
    assert context["aws:sourceaccount"] == "123456789012"
    absent = [
        "sts:externalid",
        "aws:principalorgid",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:multifactorauthpresent",
    ]
    assert [key for key in context if context[key] is None] == absent
    assert (context["aws:principalisawsservice"], context["aws:securetransport"]) == ("true", "true")


def test_a_key_that_is_not_known_is_needed_all_the_same() -> None:
    group = 'resource "aws_cloudwatch_log_group" "g" {\n  name = "g"\n  kms_key_id = var.v\n}\nvariable "v" {}\n'
    found = needed_permissions(graph_of(PROVIDER + group))
    arn = "arn:aws:kms:eu-west-1:«owner»:key/«a key»"
    actions = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
    assert [(need.action, need.resource, need.key) for need in found] == [(action, arn, None) for action in actions]
    assert {proof.decision.allowed for proof in proofs(graph_of(PROVIDER + group))} == {None}


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        ("execution", "ecs-tasks.amazonaws.com"), ("task", "ecs-tasks.amazonaws.com"), ("application", "ecs-tasks.amazonaws.com"), ("flow logs", "vpc-flow-logs.amazonaws.com"),
        ("trust", None), ("key", None), ("endpoint", None),
    ],
)  # fmt: skip
def test_a_role_must_trust_whoever_uses_it(kind: str, service: str | None) -> None:
    graph = graph_of(PROVIDER + ROLE % "")
    role = graph.resources["aws_iam_role.a"]
    needed = Need(kind, Ref("aws_iam_role.a", "arn"), "s3:GetObject", "*", "reads", role)
    found = [(need.kind, need.action, need.principal) for need in to_assume(graph, [needed])]
    assert found == ([("trust", "sts:AssumeRole", f"Service:{service}")] if service else [])
    assert not list(to_assume(graph, [replace(needed, role=None)]))
    hidden = [need.resource for need in to_assume(graph, [replace(needed, role=UNKNOWN)])]
    assert hidden == (["a role that is not known"] if service else [])


@pytest.mark.parametrize(
    ("value", "arn"),
    [
        ("arn:aws:kms:eu-west-1:123456789012:key/k", "arn:aws:kms:eu-west-1:123456789012:key/k"), ("k", "arn:aws:kms:eu-central-1:«owner»:key/«key k»"),
        ("alias/x", "arn:aws:kms:eu-central-1:«owner»:key/«the key of alias/x»"), ("arn:aws:kms:us-east-1:123456789012:alias/x", "arn:aws:kms:us-east-1:123456789012:key/«the key of alias/x»"),
        (UNKNOWN, "arn:aws:kms:eu-central-1:«owner»:key/«a key»"), (None, "arn:aws:kms:eu-central-1:«owner»:key/«a key»"),
    ],
)  # fmt: skip
def test_a_key_that_the_graph_does_not_make(value: Value, arn: str) -> None:
    assert key_of(graph_of(PROVIDER), value, "eu-central-1") == (None, arn)
