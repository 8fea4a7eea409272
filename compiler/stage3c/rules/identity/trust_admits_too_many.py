"""IAM trust policy is too broad."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, found_at
from stage3c.views.statements import Statement, statements_in


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every statement by which a role is assumed without any condition."""
    for role in graph.of_type("aws_iam_role"):
        for statement in statements_in(graph, role, "assume_role_policy") or ():
            why = _excess(statement)
            if why:
                fix = 'add Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } } with your account.'
                yield found_at(role, f"{role.address} can be assumed {why}.", fix)


def _excess(statement: Statement) -> str | None:
    if not statement.allows or statement.conditions or not statement.principals:
        return None
    if any(principal.startswith("Service:") for principal in statement.principals):
        return "by a service on behalf of any account"
    return None


RULE = Rule(
    id="IAM210",
    scope="terraform",
    title="IAM trust policy is too broad",
    what="A role can be assumed by a service on behalf of any account.",
    why="Another account could use the service as a confused deputy to get the permissions of the role.",
    fix="Allow one service, and add a condition on `aws:SourceAccount`.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (2026-11-24)",
    severity=Severity.NOTE,
    bad_terraform="""\
resource "aws_iam_role" "execution" {
  name = "shop-execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}
""",
    check_graph=check,
)
