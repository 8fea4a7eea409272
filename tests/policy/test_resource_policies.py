"""Policies that stand at a resource, and the keys that an argument means: a row for each side of what decides."""

import pytest
from stage3c.graph import Ref, Value
from stage3c.policy.evaluator import Request
from stage3c.policy.resource_policies import decide_on_key, key_of, policy_at_arn
from stage3c.views.arns import written
from stage3c.views.statements import Statement

from tests.readers.folders import graph_of, read

RESOURCES = """
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["123456789012"]
}
variable "v" {}
resource "aws_kms_key" "own" {}
data "aws_kms_key" "known" {
  key_id = "k"
}
resource "aws_kms_alias" "own" {
  name          = "alias/own"
  target_key_id = aws_kms_key.own.key_id
}
resource "aws_kms_alias" "of_alias" {
  name          = "alias/second"
  target_key_id = aws_kms_alias.own.target_key_id
}
resource "aws_kms_alias" "foreign" {
  name          = "alias/foreign"
  target_key_id = "arn:aws:kms:us-east-1:999999999999:key/f"
}
data "aws_kms_alias" "looked_up" {
  name = "alias/looked_up"
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
"""
OWNER, OWN_ARN = "arn:aws:kms:eu-central-1:«owner»:key/", "arn:aws:kms:eu-west-1:123456789012:key/«aws_kms_key.own»"


@pytest.mark.parametrize(
    ("value", "key", "arn"),
    [
        (Ref("aws_kms_key.own", "arn"), "aws_kms_key.own", OWN_ARN),
        (Ref("aws_kms_key.own", "key_id"), "aws_kms_key.own", OWN_ARN),
        (Ref("aws_kms_alias.own", "arn"), "aws_kms_key.own", OWN_ARN),
        (Ref("aws_kms_alias.own", "name"), "aws_kms_key.own", OWN_ARN),
        (Ref("aws_kms_alias.of_alias", "arn"), "aws_kms_key.own", OWN_ARN),
        (Ref("aws_kms_alias.foreign", "arn"), None, "arn:aws:kms:us-east-1:999999999999:key/f"),
        (Ref("data.aws_kms_alias.looked_up", "arn"), None, f"{OWNER}«data.aws_kms_alias.looked_up.key»"),
        (Ref("aws_sqs_queue.q", "name"), None, f"{OWNER}«key q»"),  # no key, whatever refers to it
        (Ref("data.aws_kms_key.known", "key_id"), None, "«data.aws_kms_key.known.arn»"),
        ("alias/own", "aws_kms_key.own", OWN_ARN),
        ("arn:aws:kms:eu-west-1:123456789012:alias/own", "aws_kms_key.own", OWN_ARN),
        ("alias/foreign", None, "arn:aws:kms:us-east-1:999999999999:key/f"),
        ("alias/other", None, f"{OWNER}«the key of alias/other»"),
        ("own", None, f"{OWNER}«key own»"),
    ],
)
def test_which_key_an_argument_means(value: Value, key: str | None, arn: str) -> None:
    found, text = key_of(graph_of(RESOURCES), value, "eu-central-1")
    assert (found and found.address, text) == (key, arn)


@pytest.mark.parametrize("kind", ["aws_secretsmanager_secret", "aws_ecr_repository", "aws_s3_bucket", "aws_sqs_queue"])
def test_the_policy_of_an_arn_is_that_of_the_resource_that_has_it(kind: str) -> None:
    argument = "bucket" if kind == "aws_s3_bucket" else "name"
    policy = 'policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })'
    for body, expected in ((policy, 1), ("", 0), ("policy = var.v", None)):
        graph = graph_of(RESOURCES + f'resource "{kind}" "r" {{\n  {argument} = "a"\n  {body}\n}}\n')
        arn = written(graph, Ref(f"{kind}.r", "arn")) or ""
        found = policy_at_arn(graph, arn)
        assert (None if found is None else len(found)) == expected, body
        assert policy_at_arn(graph, f"{arn}x") == ()


ME = "AWS:arn:aws:iam::123456789012:role/me"
ALLOW = Statement(True, ("kms:Decrypt",), ("*",))  # noqa: FBT003 - Allow
OTHER = Statement(True, ("sqs:*",), ("*",))  # noqa: FBT003 - Allow
DENY = ALLOW._replace(allows=False)
MAYBE = ALLOW._replace(resources=None)
KEY = 'resource "aws_kms_key" "k" {{\n  {}\n}}\n'


def policy(*statements: tuple[str, str, str]) -> str:
    """Of effect, principal and action."""
    inner = ", ".join(
        f'{{ Effect = "{effect}", Principal = {{ AWS = "{who}" }}, Action = "{action}", Resource = "*" }}'
        for effect, who, action in statements
    )
    return f"policy = jsonencode({{ Statement = [{inner}] }})"


ROOT, ROLE, SOMEONE = "arn:aws:iam::123456789012:root", ME[4:], "arn:aws:iam::123456789012:role/you"
DELEGATES = policy(("Allow", ROOT, "kms:*"))


@pytest.mark.parametrize(
    ("body", "identity", "expected", "decided_by"),
    [
        ("", ALLOW, True, ALLOW),  # the default policy lets the account decide
        ("", OTHER, False, None),
        ("", MAYBE, None, None),
        ("", DENY, False, DENY),
        ("policy = var.v", ALLOW, None, ALLOW),
        ("policy = var.v", OTHER, False, None),
        ("policy = var.v", MAYBE, None, None),
        ("policy = var.v", DENY, False, DENY),
        (DELEGATES, ALLOW, True, ALLOW),
        (DELEGATES, OTHER, False, None),
        (DELEGATES, DENY, False, DENY),
        (policy(("Allow", "123456789012", "kms:*")), ALLOW, True, ALLOW),
        (policy(("Allow", ROOT, "kms:Encrypt")), ALLOW, False, None),
        (policy(("Allow", "arn:aws:iam::999999999999:root", "kms:*")), ALLOW, False, None),
        (policy(("Allow", SOMEONE, "kms:*")), ALLOW, False, None),
        (policy(("Allow", ROLE, "kms:*")), OTHER, True, "policy"),
        (policy(("Allow", ROLE, "kms:*")), ALLOW, True, "policy"),  # the account decides nothing here
        (policy(("Allow", ROOT, "kms:*"), ("Deny", ROLE, "kms:Decrypt")), ALLOW, False, "policy"),
        (policy(("Allow", "*", "kms:*")), OTHER, True, "policy"),
        (policy(("Allow", "${var.v}", "kms:*")), OTHER, None, None),
        (policy(("Allow", "${var.v}", "kms:*")), ALLOW, None, ALLOW),
    ],
)
def test_the_policy_of_a_key_decides_and_iam_only_where_it_says_so(
    body: str,
    identity: Statement,
    expected: bool | None,  # noqa: FBT001 - a row of the table
    decided_by: Statement | str | None,
) -> None:
    graph = graph_of('variable "v" {}\n' + KEY.format(body))
    decision = decide_on_key(Request("kms:Decrypt", "k", ME), (identity,), graph.resources["aws_kms_key.k"], graph)
    assert decision.allowed is expected
    own = "policy" if decision.statement and decision.statement.principals else decision.statement
    assert own == decided_by


@pytest.mark.parametrize(("identity", "expected"), [(ALLOW, True), (OTHER, False), (MAYBE, None), (DENY, False)])
def test_of_a_key_made_elsewhere_what_iam_says_is_all_that_is_known(identity: Statement, expected: bool | None) -> None:  # noqa: FBT001 - a row
    graph = graph_of("")
    assert decide_on_key(Request("kms:Decrypt", "k", ME), (identity,), None, graph).allowed is expected


def test_a_key_that_a_module_may_give_a_policy_is_not_known() -> None:
    graph = read(KEY.format(DELEGATES) + 'module "m" {\n  source = "a/b/aws"\n  k = aws_kms_key.k.id\n}\n').graph
    assert graph
    key = graph.resources["aws_kms_key.k"]
    assert decide_on_key(Request("kms:Decrypt", "k", ME), (ALLOW,), key, graph).allowed is None
    assert decide_on_key(Request("kms:Decrypt", "k", ME), (OTHER,), key, graph).allowed is False
