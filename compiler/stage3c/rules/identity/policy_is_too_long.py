"""IAM policy is too long."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text, Value, document
from stage3c.rules.rule import Rule, at

_MANAGED_MAX: Final = 6_144
_TRUST_MAX: Final = 4_096
_INLINE_MAX: Final = {"aws_iam_role_policy": 10_240, "aws_iam_user_policy": 2_048, "aws_iam_group_policy": 5_120}
_OWNERS: Final = {"aws_iam_role_policy": "role", "aws_iam_user_policy": "user", "aws_iam_group_policy": "group"}
_REFERENCE_CHARS: Final = 1
"""What an unknown value adds at least, so that no policy is said to be longer than it is."""


def check(graph: Graph) -> Iterator[Finding]:
    """Count as IAM does: without white space; the inline policies of one role together."""
    for policy in graph.of_type("aws_iam_policy"):
        yield from _over(policy, _chars(policy.attributes.get("policy")), _MANAGED_MAX, "write two policies")
    for role in graph.of_type("aws_iam_role"):
        trust = _chars(role.attributes.get("assume_role_policy"))
        yield from _over(role, trust, _TRUST_MAX, "allow fewer principals")
    for kind, most in _INLINE_MAX.items():
        for owner, policies in _by_owner(graph, kind).items():
            total = sum(_chars(policy.attributes.get("policy")) for policy in policies)
            shown = policies[0].address if len(policies) == 1 else f"{owner} with its {len(policies)} inline policies"
            if total > most:
                cause = f"{shown} has {total:,} characters of policy; IAM allows {most:,}"
                yield at(policies[-1], f"is too long: {cause}", "attach an aws_iam_policy instead, or use wildcards")


def _over(resource: Resource, chars: int, most: int, fix: str) -> Iterator[Finding]:
    if chars > most:
        yield at(resource, f"has a policy of {chars:,} characters; IAM allows {most:,}", f"{fix}, or use wildcards")


def _by_owner(graph: Graph, kind: str) -> Mapping[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for policy in graph.of_type(kind):
        owner = policy.attributes.get(_OWNERS[kind])
        if policy.certain:
            found.setdefault(owner.address if isinstance(owner, Ref) else policy.address, []).append(policy)
    return found


def _chars(value: Value) -> int:
    """The least number of characters that a policy has; 0 where it is not known."""
    written = document(value)
    if not isinstance(written, Mapping):
        return 0
    return len("".join(json.dumps(_plain(written), separators=(",", ":"), ensure_ascii=False).split()))


def _plain(value: Value) -> object:
    match value:
        case Json(value=inner):
            return _plain(inner)
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else "x" * _REFERENCE_CHARS for part in parts)
        case Ref() | Expr():
            return "x" * _REFERENCE_CHARS
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value


RULE = Rule(
    id="IAM230",
    scope="graph",
    title="IAM policy is too long",
    what="A managed policy has more than 6,144 characters, or the inline policies of a role more than 10,240.",
    why="IAM rejects it at apply: LimitExceeded, Cannot exceed quota for PolicySize.",
    fix="Split the policy, or combine resources with a wildcard.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (2026-11-28)",
    bad_terraform="""\
resource "aws_iam_policy" "media" {
  name = "shop-media"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = [for number in range(300) : "arn:aws:s3:::shop-media/${number}/*"]
    }]
  })
}
""",
    check_graph=check,
)
