"""Every branch that decides allowed, denied or unknown, with a row for each side."""

import pytest
from stage3c.policy.evaluator import Request, decide
from stage3c.policy.patterns import matches
from stage3c.policy.proofs import trust
from stage3c.views.arns import ACCOUNT
from stage3c.views.statements import Condition, Statement

from tests.readers.folders import graph_of

GET, OBJECT = "s3:GetObject", "arn:aws:s3:::a/x"
ME = "Service:ecs-tasks.amazonaws.com"
ALLOW = Statement(True, ("s3:*",), ("*",))  # noqa: FBT003 - Allow
DENY = Statement(False, ("s3:*",), ("*",))  # noqa: FBT003 - Deny
OTHER = Statement(True, ("sqs:*",), ("*",))  # noqa: FBT003 - Allow
MAYBE = ALLOW._replace(resources=None)
MAYBE_NOT = DENY._replace(resources=None)
FOR_ALL, FOR_ME, FOR_OTHERS = (
    ALLOW._replace(principals=("*",)),
    ALLOW._replace(principals=(ME,)),
    ALLOW._replace(principals=("Service:ec2.amazonaws.com",)),
)


@pytest.mark.parametrize(
    ("identity", "resource", "boundary", "expected"),
    [
        ([], [], None, False),
        ([ALLOW], [], None, True),
        ([OTHER], [], None, False),
        ([OTHER, ALLOW], [], None, True),
        ([MAYBE], [], None, None),
        ([MAYBE, ALLOW], [], None, True),
        ([MAYBE, OTHER], [], None, None),
        ([ALLOW, DENY], [], None, False),
        ([ALLOW, MAYBE_NOT], [], None, None),
        ([OTHER, MAYBE_NOT], [], None, False),
        ([MAYBE, DENY], [], None, False),
        ([ALLOW], [DENY], None, False),
        ([ALLOW], [], [], False),
        ([ALLOW], [], [ALLOW], True),
        ([ALLOW], [], [OTHER], False),
        ([ALLOW], [], [MAYBE], None),
        ([MAYBE], [], [ALLOW], None),
        ([MAYBE], [], [OTHER], False),
        ([ALLOW], [], [ALLOW, DENY], False),
        ([ALLOW], [], [ALLOW, MAYBE_NOT], None),
        ([], [FOR_ME], None, True),
        ([], [FOR_ALL], None, True),
        ([], [FOR_OTHERS], None, False),
        ([], [ALLOW], None, False),  # a resource policy names a principal
        ([], [ALLOW._replace(principals=None)], None, None),
        ([MAYBE], [FOR_OTHERS], None, None),
        ([MAYBE], [FOR_ME], None, True),
        ([ALLOW], [FOR_ME], [OTHER], True),
        ([], [MAYBE._replace(principals=(ME,))], None, None),
    ],
)
def test_identity_resource_and_boundary(
    identity: list[Statement],
    resource: list[Statement],
    boundary: list[Statement] | None,
    expected: bool | None,  # noqa: FBT001 - a row of the table
) -> None:
    assert decide(Request(GET, OBJECT, ME), identity, resource, boundary).allowed is expected


@pytest.mark.parametrize(
    ("identity", "deciding"),
    [([OTHER, ALLOW], ALLOW), ([ALLOW, DENY], DENY), ([ALLOW, MAYBE_NOT], ALLOW), ([MAYBE], None), ([], None)],
)
def test_the_statement_that_decided_is_told(identity: list[Statement], deciding: Statement | None) -> None:
    assert decide(Request(GET, OBJECT), identity).statement is deciding


def test_the_statement_of_a_resource_policy_is_told() -> None:
    assert decide(Request(GET, OBJECT, ME), [OTHER], [FOR_ME]).statement is FOR_ME
    assert decide(Request(GET, OBJECT, ME), [ALLOW], [FOR_ME]).statement is ALLOW


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"actions": ("s3:GetObject",)}, True),
        ({"actions": ("S3:getobject",)}, True),
        ({"actions": ("s3:PutObject",)}, False),
        ({"actions": ()}, False),
        ({"actions": None}, None),
        ({"actions": (), "not_actions": ("s3:PutObject",)}, True),
        ({"actions": (), "not_actions": ("s3:GETOBJECT",)}, False),
        ({"actions": (), "not_actions": None}, None),
        ({"resources": (OBJECT,)}, True),
        ({"resources": (OBJECT.upper(),)}, False),
        ({"resources": ("arn:aws:s3:::b/*",)}, False),
        ({"resources": ("arn:aws:s3:::«x»/*",)}, None),
        ({"resources": ("arn:aws:s3:::b/*", "arn:aws:s3:::a/*")}, True),
        ({"resources": ("arn:aws:s3:::«x»/*", "arn:aws:s3:::a/*")}, True),
        ({"resources": ("arn:aws:s3:::«x»/*", "arn:aws:s3:::b/*")}, None),
        ({"resources": ()}, True),
        ({"resources": None}, None),
        ({"resources": None, "actions": ("s3:PutObject",)}, False),
        ({"resources": (), "not_resources": ("arn:aws:s3:::b/*",)}, True),
        ({"resources": (), "not_resources": (OBJECT,)}, False),
        ({"resources": (), "not_resources": ("arn:aws:s3:::«x»/*",)}, None),
        ({"resources": (), "not_resources": None}, None),
        ({"conditions": (("StringEquals", "aws:x", ("a",)), ("StringEquals", "aws:x", ("b",)))}, False),
        ({"conditions": (("StringEquals", "aws:x", ("a",)), ("StringEquals", "aws:y", ("b",)))}, None),
        ({"conditions": (("StringEquals", "aws:x", ("b",)), ("StringEquals", "aws:y", ("b",)))}, False),
    ],
)
def test_what_a_statement_applies_to(change: dict[str, object], expected: bool | None) -> None:  # noqa: FBT001 - a row
    statement = Statement(**{**ALLOW._asdict(), **change})
    assert decide(Request(GET, OBJECT, context={"aws:x": "a"}), [statement]).allowed is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("StringEquals", "AWS:X", ("b", "Value")), True),
        (("StringEquals", "aws:x", ("value",)), False),
        (("StringEquals", "aws:x", ()), False),
        (("StringEquals", "aws:x", ("${aws:y}",)), None),
        (("StringEquals", "aws:x", ("«hole»",)), None),
        (("StringEquals", "aws:x", ("«hole»", "Value")), True),
        (("StringEquals", "aws:x", None), None),
        (("StringEquals", "aws:unknown", ("Value",)), None),
        (("StringEqualsIfExists", "aws:x", ("Value",)), True),
        (("StringEqualsIfExists", "aws:x", ("other",)), False),
        (("StringNotEquals", "aws:x", ("other",)), True),
        (("StringNotEquals", "aws:x", ("Value",)), False),
        (("StringNotEquals", "aws:x", ("«hole»",)), None),
        (("StringEqualsIgnoreCase", "aws:x", ("VALUE",)), True),
        (("StringEqualsIgnoreCase", "aws:x", ("other",)), False),
        (("StringNotEqualsIgnoreCase", "aws:x", ("VALUE",)), False),
        (("StringNotEqualsIgnoreCase", "aws:x", ("other",)), True),
        (("StringLike", "aws:x", ("V*",)), True),
        (("StringLike", "aws:x", ("W*",)), False),
        (("StringLike", "aws:x", ("${aws:y}*",)), None),
        (("StringNotLike", "aws:x", ("V*",)), False),
        (("StringNotLike", "aws:x", ("W*",)), True),
        (("ArnLike", "aws:arn", ("arn:aws:ecs:*",)), True),
        (("ArnEquals", "aws:arn", ("arn:aws:ecs:*",)), True),
        (("ArnLike", "aws:arn", ("arn:aws:ec2:*",)), False),
        (("ArnEquals", "aws:arn", ("arn:aws:ec2:*",)), False),
        (("ArnNotLike", "aws:arn", ("arn:aws:ecs:*",)), False),
        (("ArnNotEquals", "aws:arn", ("arn:aws:ec2:*",)), True),
        (("ArnNotEquals", "aws:arn", ("arn:aws:ecs:*",)), False),
        (("ArnNotLike", "aws:arn", ("arn:aws:ec2:*",)), True),
        (("Bool", "aws:secure", ("True",)), True),
        (("Bool", "aws:secure", ("false",)), False),
        (("NumericEquals", "aws:x", ("1",)), None),
        (("ForAnyValue:StringEquals", "aws:x", ("Value",)), True),
        (("ForAllValues:StringLike", "aws:x", ("V*",)), True),
        (("ForSome:StringEquals", "aws:x", ("Value",)), None),
    ],
)
def test_conditions(condition: Condition, expected: bool | None) -> None:  # noqa: FBT001 - a row of the table
    context = {"aws:x": "Value", "aws:arn": "arn:aws:ecs:eu-west-1:1:x", "aws:secure": "true"}
    statement = ALLOW._replace(conditions=(condition,))
    assert decide(Request(GET, OBJECT, context=context), [statement]).allowed is expected


NEGATED = "StringNotEquals StringNotEqualsIgnoreCase StringNotLike ArnNotEquals ArnNotLike NumericNotEquals DateNotEquals NotIpAddress"
PLAIN = "StringEquals StringEqualsIgnoreCase StringLike ArnEquals ArnLike NumericEquals NumericLessThan DateEquals IpAddress Bool"


@pytest.mark.parametrize("operator", [*NEGATED.split(), *PLAIN.split()])
def test_what_a_condition_says_of_a_key_that_a_request_does_not_have(operator: str) -> None:
    def decided(written: str) -> bool | None:
        statement = ALLOW._replace(conditions=((written, "aws:none", ("1",)),))
        return decide(Request(GET, OBJECT, context={"aws:none": None}), [statement]).allowed

    assert decided(operator) is (operator in NEGATED.split())
    assert decided(f"{operator}IfExists") is True
    assert decided(f"ForAllValues:{operator}") is True
    assert decided(f"ForAnyValue:{operator}") is False


def test_a_hole_in_the_context_is_not_known() -> None:
    statement = ALLOW._replace(conditions=(("StringEquals", "aws:x", ("1",)),))
    assert decide(Request(GET, OBJECT, context={"aws:x": "«account»"}), [statement]).allowed is None
    same = ALLOW._replace(conditions=(("StringEquals", "aws:x", ("«account»",)),))
    assert decide(Request(GET, OBJECT, context={"aws:x": "«account»"}), [same]).allowed is True


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True), ("a", "b", False), ("a*", "a", True), ("a*", "abc", True), ("*c", "abc", True), ("*b", "abc", False),
        ("a?c", "abc", True), ("a?c", "ac", False), ("a?c", "abbc", False), ("a?", "a«h»", None), ("a*", "a«h»", True),
        ("*b*c", "abbcc", True), ("*a*b*", "xaxb", True), ("**", "x", True), ("a**b", "ab", True), ("a.c", "abc", False),
        ("A", "a", False), ("«h»", "x", None), ("«h»", "x:y", False), ("«h»", "«h»", True), ("«a.b»", "«c.d»", False),
        ("x«h»", "yz", False), ("«h»:b", "a:b", None), ("«h»:b", "a:c", False), ("?«h»", "abc", None), ("?«h»", "", False),
        ("«h»", "«i»", None), ("a«h»b", "ab", None), ("a«h»b", "a", False), ("a\n*", "a\nb", True), ("«a.b»", "x", None),
        ("«a.b»«h»", "«c.d»«h»", False), ("«h»*", "a:b", None), ("«h»?", "a:b", False), ("?", "«h»", None),
    ],
)  # fmt: skip
def test_patterns_and_holes(pattern: str, text: str, expected: bool | None) -> None:  # noqa: FBT001 - a row of the table
    assert matches(pattern, text) is expected


A, B = ACCOUNT, "999999999999"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (f"x:{A}:*", f"x:{A}:y", True),
        (f"x:{A}:y", f"x:{A}:z", False),
        (f"x:{A}:y", f"x:{B}:y", None),  # it may be that account
        (f"x:{B}:y", f"x:{A}:y", None),
        (f"x:{A}:{B}", f"x:{A}:{A}", None),
        (f"x:{A}:y", "x:abc:y", None),
        ("x:abc:y", f"x:{A}:y", None),
        (f"x:{A}:y", "x:«owner»:y", None),
        ("x:????????????:y", f"x:{A}:y", None),
        ("x:*:y", f"x:{A}:y", True),
        # An ARN that is looked up is a hole as a whole, and may be that of anything.
        ("arn:aws:kms:*:*:key/*", "«data.aws_kms_key.k.arn»", None),
        ("«data.aws_kms_alias.k.target_key_arn»", "arn:aws:kms:r:a:key/«aws_kms_key.k»", None),
        ("«data.aws_kms_key.k.arn»", "«data.aws_kms_alias.k.arn»", None),
        ("«data.aws_kms_key.k.arn»", "«data.aws_kms_key.k.arn»", True),
        ("«data.aws_kms_key.k.key_id»", "arn:aws:kms:r:a:key/x", False),
        ("*", "«data.aws_kms_key.k.arn»", True),
    ],
)
def test_an_account_that_is_not_known_is_the_same_on_both_sides(pattern: str, text: str, expected: bool | None) -> None:  # noqa: FBT001 - a row
    assert matches(pattern, text) is expected


def test_case_is_folded_only_for_actions_and_what_is_too_long_is_unknown() -> None:
    assert matches("S3:GET*", "s3:getobject", fold=True) is True
    assert matches("s3:get*", "S3:GETOBJECT", fold=True) is True
    assert matches("a" * 4096, "a" * 4096) is True
    assert matches("a" * 4097, "a") is None
    assert matches("a", "a" * 4097) is None
    assert matches("«h»" + "a" * 1000, "b" * 1000) is None


ROLE = """
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["123456789012"]
}
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "%s" }, Condition = %s }] })
}
"""


@pytest.mark.parametrize(
    ("service", "condition", "expected"),
    [
        ("ecs-tasks.amazonaws.com", "{}", True),
        ("ec2.amazonaws.com", "{}", False),
        ("ecs-tasks.amazonaws.com", '{ StringEquals = { "aws:SourceAccount" = "123456789012" } }', True),
        ("ecs-tasks.amazonaws.com", '{ StringEquals = { "aws:SourceAccount" = "999999999999" } }', False),
        ("ecs-tasks.amazonaws.com", '{ ArnLike = { "aws:SourceArn" = "arn:aws:ecs:eu-west-1:123456789012:*" } }', True),
        (
            "ecs-tasks.amazonaws.com",
            '{ ArnLike = { "aws:SourceArn" = "arn:aws:ecs:eu-west-2:123456789012:*" } }',
            False,
        ),
        (
            "ecs-tasks.amazonaws.com",
            '{ ArnLike = { "aws:SourceArn" = "arn:aws:ec2:eu-west-1:123456789012:*" } }',
            False,
        ),
    ],
)
def test_who_may_assume_a_role(service: str, condition: str, expected: bool) -> None:  # noqa: FBT001 - a row
    graph = graph_of(ROLE % (service, condition))
    assert trust(graph, graph.resources["aws_iam_role.a"], "ecs-tasks.amazonaws.com").allowed is expected


def test_a_trust_policy_that_is_not_known_decides_nothing() -> None:
    graph = graph_of('variable "p" {}\nresource "aws_iam_role" "a" {\n  assume_role_policy = var.p\n}\n')
    assert trust(graph, graph.resources["aws_iam_role.a"], "ecs-tasks.amazonaws.com").allowed is None


@pytest.mark.parametrize(
    ("caller", "statement", "expected"),
    [
        ("", FOR_OTHERS, True),  # who asks is not at issue
        ("", ALLOW, True),
        (ME, FOR_OTHERS, False),
        (ME, FOR_ME, True),
        (ME, ALLOW._replace(principals=None), None),
        ("", ALLOW._replace(principals=None), True),
    ],
)
def test_a_statement_is_about_a_caller_where_there_is_one(
    caller: str,
    statement: Statement,
    expected: bool | None,  # noqa: FBT001 - a row of the table
) -> None:
    assert decide(Request(GET, OBJECT, caller), (statement,)).allowed is expected
