"""IAM policy document is not valid."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Value, blocks, document, items
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import written

_IDENTITY: Final = ("aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy")
_TRUST: Final = ("aws_iam_role",)
_RESOURCE: Final = (
    "aws_s3_bucket_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
    "aws_secretsmanager_secret_policy",
)
_ARN: Final = re.compile(r"\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_KEYS: Final = {
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
}  # fmt: skip
_VERSIONS: Final = ("2012-10-17", "2008-10-17")


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every policy that is written as a document."""
    for kind in (*_IDENTITY, *_TRUST, *_RESOURCE):
        for resource in graph.of_type(kind):
            argument = "assume_role_policy" if kind in _TRUST else "policy"
            for fault, fix in dict.fromkeys(_faults(graph, document(resource.attributes.get(argument)), kind)):
                yield found_at(resource, f"{resource.address}: {fault}.", f"{fix}.")


def _faults(graph: Graph, policy: Value, kind: str) -> Iterator[tuple[str, str]]:
    if not isinstance(policy, Mapping):
        return
    version = policy.get("Version", "2008-10-17")
    if isinstance(version, str) and version not in _VERSIONS:
        yield f'Version "{clip(version)}" does not exist', 'set Version = "2012-10-17"'
    statements = items(policy.get("Statement"))
    if not statements:
        yield "it has no Statement", "add a Statement with Effect, Action and Resource, or remove the policy"
    sids = [block.get("Sid") for block in blocks(statements) if block.get("Sid")]
    if len(set(map(str, sids))) < len(sids) and kind not in _TRUST:
        yield "two statements have the same Sid", "remove Sid, or change one of them"
    for statement in blocks(statements):
        yield from _faults_of_statement(graph, statement, kind)


def _faults_of_statement(graph: Graph, statement: Mapping[str, Value], kind: str) -> Iterator[tuple[str, str]]:
    sid = statement.get("Sid", "")
    name = f'statement "{clip(sid)}"' if isinstance(sid, str) and sid else "a statement"
    unknown = sorted(set(statement) - _KEYS)
    if unknown:
        yield f'{name} has "{clip(unknown[0])}", which is not an element of a statement', f'remove "{clip(unknown[0])}"'
    if isinstance(statement.get("Effect", ""), str) and statement.get("Effect") not in ("Allow", "Deny"):
        yield f"{name} has no Effect of Allow or Deny", 'set Effect = "Allow"'
    if not items(statement.get("Action")) and not items(statement.get("NotAction")):
        yield f"{name} has no Action", 'set Action, such as "s3:GetObject"'
    has_principal = "Principal" in statement or "NotPrincipal" in statement
    if has_principal == (kind in _IDENTITY):
        fix = "remove Principal" if has_principal else 'set Principal = { Service = "ecs-tasks.amazonaws.com" }'
        yield (
            f"{name} {'has a Principal, which an identity policy cannot have' if has_principal else 'has no Principal'}",
            fix,
        )
    resources = [*items(statement.get("Resource")), *items(statement.get("NotResource"))]
    if not resources and kind not in _TRUST:
        yield f"{name} has no Resource", "set Resource to the ARNs that the actions apply to"
    for resource in resources:
        text = written(graph, resource)
        if text is not None and not text.startswith("«") and not _ARN.fullmatch(text):
            yield (
                f'{name} has Resource "{clip(text)}", which is not an ARN',
                "set Resource to an ARN, such as arn:aws:s3:::shop-media/*",
            )


RULE = Rule(
    id="IAM207",
    scope="graph",
    title="IAM policy document is not valid",
    what="A policy document lacks a required element, or has one that is not allowed.",
    why="IAM rejects it at apply: MalformedPolicyDocument.",
    fix="Give each statement an Effect, an Action and, in an identity policy, a Resource with full ARNs.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (2026-11-24)",
    bad_terraform="""\
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "s3:ListAllMyBuckets"
    }]
  })
}
""",
    check_graph=check,
)
