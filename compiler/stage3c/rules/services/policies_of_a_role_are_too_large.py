"""Inline policies of a role are too large."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stage3c.diagnostics import Finding
from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text, Value, document
from stage3c.rules.rule import Rule, at

_MOST_CHARS = 10_240
_KINDS = ("aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy")
_HOLDERS = {"aws_iam_role_policy": "role", "aws_iam_user_policy": "user", "aws_iam_group_policy": "group"}
_LIMITS = {"aws_iam_role_policy": _MOST_CHARS, "aws_iam_user_policy": 2_048, "aws_iam_group_policy": 5_120}


def check(graph: Graph) -> Iterator[Finding]:
    """Add up the policies of each role, user and group; what is not known yet counts as nothing."""
    sizes: dict[tuple[str, str], list[tuple[Resource, int]]] = {}
    for policy in graph.of_type(*_KINDS):
        holder = graph.target(policy.attributes.get(_HOLDERS[policy.type]))
        key = holder.address if holder else policy.address
        sizes.setdefault((policy.type, key), []).append((policy, _chars(policy.attributes.get("policy"))))
    for (kind, _), members in sizes.items():
        total = sum(size for _, size in members)
        if total > _LIMITS[kind]:
            largest = max(members, key=lambda member: member[1])[0]
            holder_kind = _HOLDERS[kind]
            total_of = f"brings the inline policies of its {holder_kind} to at least {total:,} characters"
            cause = f"{total_of}; IAM allows {_LIMITS[kind]:,}"
            yield at(largest, cause, "name fewer resources, with a wildcard such as `arn:aws:s3:::shop-data-*/*`")


def _chars(policy: Value) -> int:
    """The characters that IAM counts: all but the white space between keys and values."""
    found = document(policy)
    return 0 if isinstance(found, Expr) else len(json.dumps(_plain(found), separators=(",", ":"), ensure_ascii=False))


def _plain(value: Value) -> Any:  # noqa: ANN401, PLR0911 - what JSON holds; one exit a case
    """A document with nothing where a reference stands, so that the size is the least that it can have."""
    match value:
        case Ref() | Expr():
            return ""
        case Text(parts=parts):
            return "".join(part for part in parts if isinstance(part, str))
        case Json(value=inner):
            return json.dumps(_plain(inner))
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case str():
            return value
        case Sequence():
            return [_plain(inner) for inner in value]
        case _:
            return value


_MANY = ", ".join(
    f"'arn:aws:s3:::shop-data-lake-with-a-long-name-number-{number}-eu-central-1/*'" for number in range(150)
)

RULE = Rule(
    id="SVC124",
    title="Inline policies of a role are too large",
    scope="graph",
    what="The inline policies of a role have more than 10,240 characters together (user: 2,048; group: 5,120).",
    why="IAM rejects the policy at apply; white space is not counted.",
    fix="Name fewer resources in `permissions`, with a wildcard such as `arn:aws:s3:::shop-data-*/*`.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (2026-11-28)",
    bad=f"services: {{api: {{permissions: [{{actions: ['s3:GetObject'], resources: [{_MANY}]}}]}}}}",
    good="services: {api: {permissions: [{actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop-data-*/*']}]}}",
    bad_terraform="""
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [aws_secretsmanager_secret.api.arn, aws_db_instance.main.master_user_secret[0].secret_arn]
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.web.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = [for number in range(200) : "arn:aws:s3:::shop-data-lake-with-a-long-name-number-${number}-eu-west-1/*"]
      },
    ]
  })
}
""",
    check_graph=check,
)
