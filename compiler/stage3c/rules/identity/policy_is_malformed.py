"""A policy that IAM does not take."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Value, blocks, document, items
from stage3c.policy.arns import written
from stage3c.rules.rule import Rule

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
            for fault in dict.fromkeys(_faults(graph, document(resource.attributes.get(argument)), kind)):
                cause = f"{resource.address}: {fault}."
                yield Finding(cause, "mend the document.", resource.origin.path, resource.origin.span)


def _faults(graph: Graph, policy: Value, kind: str) -> Iterator[str]:
    if not isinstance(policy, Mapping):
        return
    version = policy.get("Version", "2008-10-17")
    if isinstance(version, str) and version not in _VERSIONS:
        yield f'there is no version "{clip(version)}" of the language'
    statements = items(policy.get("Statement"))
    if not statements:
        yield "it has no statement"
    sids = [block.get("Sid") for block in blocks(statements) if block.get("Sid")]
    if len(set(map(str, sids))) < len(sids) and kind not in _TRUST:
        yield "two statements have one Sid"
    for statement in blocks(statements):
        yield from _faults_of_statement(graph, statement, kind)


def _faults_of_statement(graph: Graph, statement: Mapping[str, Value], kind: str) -> Iterator[str]:
    sid = statement.get("Sid", "")
    name = f'statement "{clip(sid)}"' if isinstance(sid, str) and sid else "a statement"
    unknown = sorted(set(statement) - _KEYS)
    if unknown:
        yield f'{name} has "{clip(unknown[0])}", which is no part of one'
    if isinstance(statement.get("Effect", ""), str) and statement.get("Effect") not in ("Allow", "Deny"):
        yield f"{name} has no Effect of Allow or Deny"
    if not items(statement.get("Action")) and not items(statement.get("NotAction")):
        yield f"{name} has no Action"
    has_principal = "Principal" in statement or "NotPrincipal" in statement
    if has_principal == (kind in _IDENTITY):
        yield f"{name} {'has a Principal, which a policy of a role never has' if has_principal else 'has no Principal'}"
    resources = [*items(statement.get("Resource")), *items(statement.get("NotResource"))]
    if not resources and kind not in _TRUST:
        yield f"{name} has no Resource"
    for resource in resources:
        text = written(graph, resource)
        if text is not None and not text.startswith("«") and not _ARN.fullmatch(text):
            yield f'{name} names "{clip(text)}", which is no ARN'


RULE = Rule(
    id="IAM207",
    scope="graph",
    title="Policy is malformed",
    what="A policy document lacks a part that IAM asks for, or has one that it does not take.",
    why="IAM refuses it at apply: MalformedPolicyDocument.",
    fix="Give each statement an Effect, an Action and, in a policy of a role, a Resource; name ARNs in full.",
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
