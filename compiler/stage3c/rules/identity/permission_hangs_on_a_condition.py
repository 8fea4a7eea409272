"""Permission depends on a condition that tasks may not meet."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.policy.proofs import proofs
from stage3c.policy.roles import grants_of
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import Statement

_PLACES: Final = ("aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")
"""Where a request comes from. ECS fetches secrets and images by its own ways, so that these seldom hold."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what tasks need and no evaluation can decide, for the only statements that might allow it."""
    for proof in proofs(graph):
        if proof.role is None or proof.decision.allowed is not None or proof.need.kind == "trust":
            continue
        conditions = _conditions(graph, proof.role, proof.need.action)
        if conditions:
            cause = f"allows {proof.need.action} only under a condition on {conditions[0]}, which tasks may not meet"
            yield at(proof.role, cause, "remove the condition, or limit the statement by Resource")


def _conditions(graph: Graph, role: Resource, action: str) -> list[str]:
    """The keys of the conditions of all statements that might allow an action; none where another may allow it as well."""
    grants = grants_of(graph, role)
    granting = [each for each in grants.statements if each.allows and _may_name(each, action)]
    if not grants.complete or not all(map(_is_bound_to_a_place, granting)):
        return []
    return [key for statement in granting for _, key, _ in statement.conditions if key]


def _is_bound_to_a_place(statement: Statement) -> bool:
    return any(key.lower() in _PLACES for _, key, _ in statement.conditions)


def _may_name(statement: Statement, action: str) -> bool:
    unknown = statement.actions is None or statement.not_actions != ()
    return unknown or any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement.actions or ())


RULE = Rule(
    id="IAM264",
    scope="terraform",
    title="Permission depends on a condition that tasks may not meet",
    what="A role of tasks has a permission that it needs only under a condition on the source address, VPC or endpoint.",
    why="If the condition does not hold, tasks do not start: AccessDeniedException. ECS calls from no fixed address.",
    fix="Limit the statement by `Resource` instead.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "secretsmanager:GetSecretValue"
      Resource  = aws_db_instance.main.master_user_secret[0].secret_arn
      Condition = { IpAddress = { "aws:SourceIp" = "203.0.113.0/24" } }
    }]
  })
}
""",
    check_graph=check,
)
