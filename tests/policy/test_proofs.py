"""What a stack is granted, with each policy that has a say: allowed, refused and not known, each side of it."""

import json
from functools import cache
from typing import Any

import pytest
from stage3c.graph import Graph
from stage3c.policy.contexts import of_role
from stage3c.policy.evaluator import Request, decide
from stage3c.policy.proofs import proofs
from stage3c.readers.configuration import read_configuration
from stage3c.rules.identity.service_may_not_write_where_it_must import check as check_delivery
from stage3c.rules.terraform_overlay import laid_over
from stage3c.views.statements import Statement

from tests.readers.folders import graph_of

ROOT = "arn:aws:iam::123456789012:root"


@cache
def graph_with(overlay: str) -> Graph:
    """The working stack with some blocks replaced, read once."""
    text = laid_over(overlay).encode()
    graph = read_configuration(".", lambda path: {"main.tf": text} if path == "." else None).graph
    assert graph
    return graph


def verdicts(graph: Graph, kind: str) -> set[bool | None]:
    return {proof.decision.allowed for proof in proofs(graph) if proof.need.kind == kind}


def statement(effect: str = "Allow", principal: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"} | rest


def policy(*statements: dict[str, Any]) -> str:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return json.dumps(text)


def endpoint(service: str, *statements: dict[str, Any]) -> str:
    way = "route_table_ids = [aws_route_table.private.id]"
    if service != "s3":
        way = (
            'vpc_endpoint_type = "Interface"\n  private_dns_enabled = true\n  subnet_ids = [aws_subnet.private_a.id]\n'
            "  security_group_ids = [aws_security_group.web.id]"
        )
    return (
        f'resource "aws_vpc_endpoint" "one" {{\n  vpc_id = aws_vpc.main.id\n  {way}\n'
        f'  service_name = "com.amazonaws.eu-west-1.{service}"\n  policy = {policy(*statements)}\n}}\n'
    )


LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"


@pytest.mark.parametrize(
    ("service", "statements", "expected"),
    [
        ("s3", [statement()], {True}),
        ("s3", [statement(Resource=LAYERS, Action="s3:GetObject")], {True}),
        ("s3", [statement(Resource=LAYERS, Action="s3:PutObject")], {False}),
        ("s3", [statement(Resource="arn:aws:s3:::shop-uploads/*")], {False}),
        ("s3", [statement(Resource=LAYERS.replace("eu-west-1", "us-east-1"))], {False}),
        ("s3", [statement(), statement("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], {True}),
        ("s3", [statement(Condition={"Bool": {"aws:SecureTransport": "true"}})], {True}),
        ("s3", [statement(Condition={"StringEquals": {"aws:ResourceAccount": "123456789012"}})], {False}),
        (
            "s3",
            [statement(), statement("Deny", Condition={"StringNotEquals": {"aws:ResourceAccount": "123456789012"}})],
            {False},
        ),
        *(
            (
                "s3",
                [statement(), statement("Deny", Condition={"StringNotEquals": {"aws:RequestedRegion": region}})],
                {is_home},
            )
            for region, is_home in (("eu-west-1", True), ("us-east-1", False))
        ),
        ("s3", [statement(), statement("Deny", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})], {None}),
        ("logs", [statement(Action="logs:*")], {True}),
        ("logs", [statement(Action="logs:CreateLogStream")], {True, False}),
        ("logs", [statement(principal={"AWS": "arn:aws:iam::123456789012:role/other"})], {False}),
        ("secretsmanager", [statement(Resource="arn:aws:secretsmanager:eu-west-1:*:secret:nothing-*")], {False}),
        ("sqs", [statement(Resource="arn:aws:sqs:::nothing")], set()),
    ],
)
def test_the_policy_of_an_endpoint(service: str, statements: list[dict[str, Any]], expected: set[bool | None]) -> None:
    assert verdicts(graph_with(endpoint(service, *statements)), "endpoint") == expected


@pytest.mark.parametrize(
    ("service", "actions"),
    [
        (
            "ecr.api",
            {
                "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            },
        ),
        ("ecr.dkr", {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}),
        ("s3", {"s3:GetObject"}),
        ("logs", {"logs:CreateLogStream", "logs:PutLogEvents"}),
        ("secretsmanager", {"secretsmanager:GetSecretValue"}),
        ("ssm", set()),
    ],
)  # fmt: skip
def test_what_goes_through_an_endpoint(service: str, actions: set[str]) -> None:
    found = [proof for proof in proofs(graph_with(endpoint(service, statement()))) if proof.need.kind == "endpoint"]
    assert {proof.need.action for proof in found} == actions
    assert {proof.decision.allowed for proof in found} <= {True}
    assert {proof.need.endpoint and proof.need.endpoint.address for proof in found} <= {"aws_vpc_endpoint.one"}
    assert all((proof.role is None) == (service == "s3") for proof in found)


def test_an_endpoint_without_a_policy_allows_everything_and_needs_no_proof() -> None:
    graph = graph_with(endpoint("s3", statement()).replace("policy = ", "tags = {} # "))
    assert verdicts(graph, "endpoint") == set()


KEY = 'resource "aws_kms_key" "own" {{\n  {}\n}}\n'
GROUP = 'resource "aws_cloudwatch_log_group" "web" {{\n  name = "/shop/web"\n  kms_key_id = {}\n}}\n'
TOPIC = """\
resource "aws_sns_topic" "other" {{
  name = "other"
  kms_master_key_id = {}
}}
resource "aws_cloudwatch_metric_alarm" "other" {{
  alarm_name = "other"
  alarm_actions = [aws_sns_topic.other.arn]
}}
"""
MANAGED = 'data "aws_kms_alias" "managed" {{\n  name = "alias/aws/sns"\n}}\n'
ACCOUNT = statement(principal={"AWS": ROOT}, Action="kms:*")


def for_service(name: str, **rest: Any) -> dict[str, Any]:
    return statement(principal={"Service": name}, Action="kms:*", **rest)


OF_GROUP = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:*:log-group:/shop/web"}}
OF_OTHER = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:*:log-group:/other"}}


@pytest.mark.parametrize(
    ("what", "key", "statements", "expected"),
    [
        (GROUP, "aws_kms_key.own.arn", [], {False}),
        (GROUP, "aws_kms_key.own.arn", [ACCOUNT], {False}),
        (GROUP, "aws_kms_key.own.arn", [ACCOUNT, for_service("logs.eu-west-1.amazonaws.com")], {True}),
        (GROUP, "aws_kms_key.own.arn", [ACCOUNT, for_service("logs.us-east-1.amazonaws.com")], {False}),
        (GROUP, "aws_kms_key.own.arn", [ACCOUNT, for_service("logs.amazonaws.com")], {None}),
        (GROUP, "aws_kms_key.own.arn", [for_service("logs.eu-west-1.amazonaws.com", Condition=OF_GROUP)], {True}),
        (GROUP, "aws_kms_key.own.arn", [for_service("logs.eu-west-1.amazonaws.com", Condition=OF_OTHER)], {False}),
        (GROUP, '"arn:aws:kms:eu-west-1:123456789012:key/1"', [], {None}),
        (TOPIC, "aws_kms_key.own.arn", [for_service("cloudwatch.amazonaws.com")], {True}),
        (TOPIC, "aws_kms_key.own.id", [for_service("sns.amazonaws.com")], {False}),
        *(
            (what, "aws_kms_key.own.arn", [for_service(service, Condition={operator: {key: value}})], {expected})
            for what, service in ((GROUP, "logs.eu-west-1.amazonaws.com"), (TOPIC, "cloudwatch.amazonaws.com"))
            for operator, key, value, expected in (
                ("Bool", "aws:SecureTransport", "true", True),
                ("Bool", "aws:SecureTransport", "false", False),
                ("StringLike", "aws:SourceAccount", "*", True if what is TOPIC else None),
                ("ArnLike", "kms:EncryptionContext:aws:logs:arn", "*", None if what is TOPIC else True),
            )
        ),
        (TOPIC, '"alias/aws/sns"', [], {False}),
        (TOPIC + MANAGED, "data.aws_kms_alias.managed.arn", [], {False}),
        (TOPIC + MANAGED, "data.aws_kms_alias.managed.name", [], {False}),
        (TOPIC + MANAGED.replace("aws/sns", "ours"), "data.aws_kms_alias.managed.arn", [], {None}),
        (TOPIC, '"alias/elsewhere"', [], {None}),
    ],
)
def test_the_key_of_a_log_group_or_a_topic(
    what: str, key: str, statements: list[dict[str, Any]], expected: set[bool | None]
) -> None:
    own = KEY.format(f"policy = {policy(*statements)}" if statements else "")
    provider = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    assert verdicts(graph_of(provider + own + what.format(key)), "key") == expected


ENCRYPTED = """\
resource "aws_secretsmanager_secret" "api" {{
  name = "shop/api"
  kms_key_id = {}
}}
resource "aws_iam_role_policy" "key" {{
  role = aws_iam_role.execution.name
  policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Action = "kms:Decrypt", Resource = {} }}]
  }})
}}
resource "aws_kms_alias" "own" {{
  name = "alias/own"
  target_key_id = aws_kms_key.own.key_id
}}
"""


@pytest.mark.parametrize(
    ("key", "granted", "statements", "expected"),
    [
        ("aws_kms_key.own.arn", "aws_kms_key.own.arn", [], {True}),
        ("aws_kms_alias.own.arn", "aws_kms_key.own.arn", [], {True}),
        ("aws_kms_alias.own.arn", "aws_kms_alias.own.arn", [], {False}),
        ("aws_kms_alias.own.arn", "aws_kms_alias.own.target_key_arn", [], {True}),
        ("aws_kms_key.own.arn", "aws_kms_alias.own.target_key_arn", [], {True}),
        ('"alias/other"', "aws_kms_alias.own.target_key_arn", [], {False, None}),
        ('"alias/own"', "aws_kms_key.own.arn", [], {True}),
        ('"alias/other"', "aws_kms_key.own.arn", [], {False, None}),
        ('"alias/other"', '"*"', [], {True}),
        ('"alias/other"', '"arn:aws:kms:eu-west-1:123456789012:alias/other"', [], {False}),
        ('"alias/aws/secretsmanager"', '"arn:aws:s3:::none"', [], set()),
        ("aws_kms_key.own.arn", "aws_kms_key.own.arn", [ACCOUNT], {None}),  # whether this account is that one
        ("aws_kms_key.own.arn", "aws_kms_key.own.arn", [statement(principal={"AWS": "*"}, Action="kms:*")], {True}),
        ("aws_kms_key.own.arn", '"arn:aws:s3:::none"', [statement(principal={"AWS": "*"}, Action="kms:*")], {True}),
        ("aws_kms_key.own.arn", "aws_kms_key.own.arn", [for_service("logs.eu-west-1.amazonaws.com")], {False}),
        ("aws_kms_key.own.arn", "aws_kms_key.own.arn", [statement(), statement("Deny", Action="kms:Decrypt")], {False}),
    ],
)
def test_the_key_of_a_secret(
    key: str, granted: str, statements: list[dict[str, Any]], expected: set[bool | None]
) -> None:
    own = KEY.format(f"policy = {policy(*statements)}" if statements else "")
    graph = graph_with(own + ENCRYPTED.format(key, granted))
    found = {proof.decision.allowed for proof in proofs(graph) if proof.need.action == "kms:Decrypt"}
    assert found <= expected
    assert bool(found) == bool(expected)


ROLE = 'resource "aws_iam_role" "execution" {{\n  name = "shop-execution"\n  assume_role_policy = {}\n}}\n'
TASKS = {"Service": "ecs-tasks.amazonaws.com"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:*:*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:*:*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:*:cluster/shop"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:*:service/shop/*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*"}}, None),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, None),
        ({"StringLike": {"aws:SourceAccount": "*"}}, True),
        ({"StringEquals": {"sts:ExternalId": "x"}}, False),
        ({"StringEqualsIfExists": {"sts:ExternalId": "x"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
    ],
)
def test_what_ecs_sends_when_it_assumes_a_role(condition: dict[str, Any], expected: bool | None) -> None:  # noqa: FBT001 - a row
    trusting = {"Effect": "Allow", "Principal": TASKS, "Action": "sts:AssumeRole"}
    trusting |= {"Condition": condition} if condition else {}
    proven = proofs(graph_with(ROLE.format(policy(trusting))))
    assert {
        each.decision.allowed
        for each in proven
        if each.need.kind == "trust" and each.role and each.role.name == "execution"
    } == {expected}


ALLOW = Statement(True, ("secretsmanager:*",), ("*",))  # noqa: FBT003 - Allow


@pytest.mark.parametrize(
    ("operator", "key", "values", "is_allowed"),
    [
        ("StringEquals", "aws:RequestedRegion", ("eu-west-1",), False),
        ("StringNotEquals", "aws:RequestedRegion", ("eu-west-1",), True),
        ("StringNotEquals", "aws:RequestedRegion", ("us-east-1", "us-west-2"), False),
        ("Bool", "aws:SecureTransport", ("false",), True),
        ("Bool", "aws:SecureTransport", ("true",), False),
        ("Bool", "aws:ViaAWSService", ("true",), True),
        ("StringLike", "aws:PrincipalArn", ("*",), False),
        ("ArnNotLike", "aws:PrincipalArn", ("arn:aws:iam::*:role/shop-execution",), True),
        ("ArnNotLike", "aws:PrincipalArn", ("arn:aws:iam::*:role/admin",), False),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", ("false",), False),
        ("Bool", "aws:MultiFactorAuthPresent", ("false",), True),
        ("Null", "aws:MultiFactorAuthPresent", ("true",), False),
        ("Null", "aws:MultiFactorAuthPresent", ("false",), True),
        ("Null", "aws:PrincipalArn", ("true",), True),
        ("Null", "aws:PrincipalArn", None, None),
        ("StringNotEquals", "aws:SourceArn", ("x",), False),
        ("ForAllValues:StringEquals", "aws:SourceArn", ("x",), False),
        ("ForAnyValue:StringNotEquals", "aws:SourceArn", ("x",), True),
        ("ForAnyValue:StringEquals", "aws:PrincipalType", ("x",), True),
        ("Sometimes:StringEquals", "aws:PrincipalArn", ("x",), None),
        ("StringNotEquals", "aws:SourceVpc", ("vpc-1",), None),
        ("IpAddress", "aws:SourceIp", ("10.0.0.0/8",), None),
        ("StringEquals", "aws:RequestedRegion", None, None),
    ],
)
def test_a_deny_whose_condition_holds_denies(
    operator: str,
    key: str,
    values: tuple[str, ...] | None,
    is_allowed: bool | None,  # noqa: FBT001 - a row
) -> None:
    graph = graph_with("")
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abcdef"
    context = of_role(graph, graph.resources["aws_iam_role.execution"], "secretsmanager:GetSecretValue", arn)
    deny = Statement(False, ("*",), ("*",), conditions=((operator, key, values),))  # noqa: FBT003 - Deny
    decision = decide(Request("secretsmanager:GetSecretValue", arn, "", context), [ALLOW, deny])
    assert decision.allowed is is_allowed


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", False),
        ({"AWS": "arn:aws:iam::123456789012:root"}, None),  # whether this account is that one
        ({"AWS": "123456789012"}, None),
        ({"Service": "ecs-tasks.amazonaws.com"}, True),
    ],
)
def test_the_policy_of_a_secret_may_deny(principal: Any, expected: bool | None) -> None:  # noqa: FBT001 - a row
    denying = policy(statement("Deny", principal, Action="secretsmanager:*"))
    overlay = (
        f'resource "aws_secretsmanager_secret_policy" "api" {{\n'
        f"  secret_arn = aws_secretsmanager_secret.api.arn\n  policy = {denying}\n}}\n"
    )
    found = [p for p in proofs(graph_with(overlay)) if p.need.why == "injects API_KEY" and p.need.kind == "execution"]
    assert [proof.decision.allowed for proof in found] == [expected]


@pytest.mark.parametrize(
    ("body", "granted", "expected"),
    [
        ("policy = var.v", "secretsmanager:*", None),  # it may deny
        ("policy = var.v", "sqs:*", False),  # it hardly allows what no policy of the role does
        ("count = var.v\n  policy = jsonencode({ Statement = [] })", "secretsmanager:*", None),
        ("policy = jsonencode({ Statement = [] })", "secretsmanager:*", True),
        ("policy = jsonencode({ Statement = [] })", "sqs:*", False),
    ],
)
def test_a_policy_that_is_not_known_proves_nothing(body: str, granted: str, expected: bool | None) -> None:  # noqa: FBT001 - a row
    overlay = (
        'variable "v" {}\nresource "aws_secretsmanager_secret_policy" "api" {\n'
        f"  secret_arn = aws_secretsmanager_secret.api.arn\n  {body}\n}}\n"
        'resource "aws_iam_role_policy" "execution" {\n  role = aws_iam_role.execution.name\n  policy = jsonencode('
        f'{{ Statement = [{{ Effect = "Allow", Action = "{granted}", Resource = "*" }}] }})\n}}\n'
    )
    found = [p for p in proofs(graph_with(overlay)) if p.need.why == "injects API_KEY" and p.need.kind == "execution"]
    assert [proof.decision.allowed for proof in found] == [expected]


INLINE = """\
resource "aws_s3_bucket" "logs" {{
  bucket = "shop-logs"
  policy = {}
}}
resource "aws_lb" "web" {{
  name = "shop"
  subnets = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups = [aws_security_group.load_balancer.id]
  access_logs {{
    bucket = aws_s3_bucket.logs.bucket
    enabled = true
  }}
}}
"""


@pytest.mark.parametrize(
    ("service", "is_refused"),
    [("logdelivery.elasticloadbalancing.amazonaws.com", False), ("logging.s3.amazonaws.com", True)],
)
def test_the_policy_in_a_bucket_itself_counts(service: str, is_refused: bool) -> None:  # noqa: FBT001 - a row
    graph = graph_with(INLINE.format(policy(statement(principal={"Service": service}, Action="s3:PutObject"))))
    assert bool(list(check_delivery(graph))) is is_refused
