"""Decisions against a second evaluator that enumerates, against moto's, and the matching of what is not known."""

import json
import os
import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.policy.evaluator import Request, decide
from stage3c.policy.patterns import matches
from stage3c.views.statements import Statement

THOROUGH = settings(
    max_examples=int(os.environ.get("STAGE3C_EXAMPLES", "600")), deadline=None, suppress_health_check=list(HealthCheck)
)
ACTIONS = ("s3:GetObject", "s3:PutObject", "logs:PutLogEvents")
RESOURCES = ("arn:aws:s3:::a/x", "arn:aws:s3:::b/x", "arn:aws:logs:eu-west-1:1:log-group:g:*")
action_patterns = st.sampled_from([*ACTIONS, "s3:*", "*", "s3:Get*", "S3:getobject", "s3:?etObject", "logs:*", "ec2:*"])
resource_patterns = st.sampled_from(
    [*RESOURCES, "*", "arn:aws:s3:::a/*", "arn:aws:s3:::?/x", "arn:aws:s3:::*", "arn:aws:logs:*:*:*"]
)


def some(patterns: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(patterns, min_size=1, max_size=2).map(tuple)


statements = st.one_of(
    st.builds(lambda a, n, r: Statement(a, n, r, ()), st.booleans(), some(action_patterns), some(resource_patterns)),
    st.builds(lambda a, n, r: Statement(a, (), r, n), st.booleans(), some(action_patterns), some(resource_patterns)),
    st.builds(
        lambda a, n, r: Statement(a, n, (), (), r), st.booleans(), some(action_patterns), some(resource_patterns)
    ),
)
policies = st.lists(statements, max_size=4)


def one_matches(pattern: str, text: str) -> bool:
    """By trying every way in which stars may take characters."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(one_matches(pattern[1:], text[taken:]) for taken in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and one_matches(pattern[1:], text[1:])


def enumerated(policy: list[Statement], action: str, resource: str) -> bool:
    """AWS's order, said as plainly as can be: any deny refuses, else any allow allows."""
    effects = set()
    for statement in policy:
        in_actions = any(one_matches(p.lower(), action.lower()) for p in statement.actions or ())
        out_actions = statement.not_actions and not any(
            one_matches(p.lower(), action.lower()) for p in statement.not_actions
        )
        in_resources = any(one_matches(p, resource) for p in statement.resources or ())
        out_resources = statement.not_resources and not any(one_matches(p, resource) for p in statement.not_resources)
        if (in_actions or out_actions) and (in_resources or out_resources):
            effects.add(statement.allows)
    return effects == {True}


@THOROUGH
@given(policies, st.none() | policies)
def test_decisions_agree_with_an_enumeration(policy: list[Statement], boundary: list[Statement] | None) -> None:
    for action, resource in product(ACTIONS, RESOURCES):
        expected = enumerated(policy, action, resource)
        if boundary is not None:
            denied = [statement for statement in boundary if not statement.allows]
            expected = (
                expected and enumerated(boundary, action, resource) and enumerated([*policy, *denied], action, resource)
            )
        assert decide(Request(action, resource), policy, boundary=boundary).allowed is expected


def as_document(policy: list[Statement]) -> str:
    rows = []
    for statement in policy:
        row: dict[str, object] = {"Effect": "Allow" if statement.allows else "Deny"}
        row |= (
            {"NotAction": list(statement.not_actions)}
            if statement.not_actions
            else {"Action": list(statement.actions or ())}
        )
        row |= (
            {"NotResource": list(statement.not_resources)}
            if statement.not_resources
            else {"Resource": list(statement.resources or ())}
        )
        rows.append(row)
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


@THOROUGH
@given(policies)
def test_decisions_agree_with_moto(policy: list[Statement]) -> None:
    from moto.iam.access_control import IAMPolicy, PermissionResult

    # moto 5 knows no NotResource and no question marks, and tells upper case from lower in actions, which AWS does not.
    strange = {"S3:getobject", "s3:?etObject", "arn:aws:s3:::?/x"}
    plain = [
        s
        for s in policy
        if not (s.not_resources or s.not_actions or strange & {*(s.actions or ()), *(s.resources or ())})
    ]
    document = IAMPolicy({"policy_document": as_document(plain)}) if plain else None
    for action, resource in product(ACTIONS, RESOURCES):
        said = document.is_action_permitted(action, resource) if document else PermissionResult.NEUTRAL
        assert decide(Request(action, resource), plain).allowed is (said == PermissionResult.PERMITTED)


pieces = st.sampled_from(["a", "b", ":", "*", "?", "«x.1»", "«y.1»", "«account»"])
texts = st.lists(pieces, max_size=5).map("".join)


def fillings(text: str) -> list[str]:
    """A text with its holes filled by a few contents, the same hole by the same; an account has twelve digits."""
    holes = sorted(set(re.findall("«[^»]*»", text)))
    found = []
    contents_of = [["123456789012", "0" * 12] if hole == "«account»" else ["", "a", "ab"] for hole in holes]
    for contents in product(*contents_of):
        filled = text
        for hole, content in zip(holes, contents, strict=True):
            filled = filled.replace(hole, content)
        found.append(filled)
    return found


@THOROUGH
@given(texts, texts.map(lambda text: text.replace("*", "").replace("?", "")))
def test_what_holes_may_hold_is_never_called_certain(pattern: str, text: str) -> None:
    verdict = matches(pattern, text)
    joined = fillings(f"{pattern}\n{text}")
    outcomes = {one_matches(*pair.split("\n")) for pair in joined}
    identities = {hole for hole in re.findall("«[^»]*»", pattern + text) if "." in hole}
    if verdict is True:
        assert outcomes == {True}
    if verdict is False and len(identities) < 2:  # two resources are never the same one, whatever they are called
        assert True not in outcomes


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (
            "arn:aws:secretsmanager:*:*:secret:rds!db-*",
            "arn:aws:secretsmanager:us-east-1:«account»:secret:rds!db-«aws_db_instance.a»",
            True,
        ),
        ("arn:aws:s3:::«aws_s3_bucket.a.bucket»/*", "arn:aws:s3:::«aws_s3_bucket.a.bucket»/x", True),
        ("arn:aws:s3:::«aws_s3_bucket.a.bucket»/*", "arn:aws:s3:::«aws_s3_bucket.b.bucket»/x", False),
        (
            "arn:aws:logs:eu-west-1:123456789012:log-group:/web:*",
            "arn:aws:logs:eu-west-1:«account»:log-group:/web:log-stream:*",
            None,
        ),
        (
            "arn:aws:logs:eu-west-1:123456789012:log-group:/api:*",
            "arn:aws:logs:eu-west-1:«account»:log-group:/web:log-stream:*",
            False,
        ),
    ],
)
def test_arns_with_holes(pattern: str, text: str, expected: bool | None) -> None:  # noqa: FBT001 - a row of the table
    assert matches(pattern, text) is expected


def test_an_unknown_deny_makes_an_allow_unknown() -> None:
    allow = Statement(True, ("s3:*",), ("*",))  # noqa: FBT003 - Allow
    deny = Statement(False, ("s3:*",), None)  # noqa: FBT003 - Deny
    assert decide(Request("s3:GetObject", "arn:aws:s3:::a"), [allow, deny]).allowed is None
