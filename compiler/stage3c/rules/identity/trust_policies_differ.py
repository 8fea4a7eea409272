"""Trust policy lacks a condition that others have."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import statements_in


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the roles that one service assumes: where most have a condition, one without is a slip."""
    with_condition: dict[str, list[str]] = {}
    without: dict[str, list[Resource]] = {}
    for role in graph.of_type("aws_iam_role"):
        for statement in statements_in(graph, role, "assume_role_policy") or ():
            for principal in statement.principals or () if statement.allows else ():
                if statement.conditions:
                    with_condition.setdefault(principal, []).append(role.address)
                else:
                    without.setdefault(principal, []).append(role)
    for principal, roles in without.items():
        others = with_condition.get(principal, [])
        for role in roles if len(others) > len(roles) and principal.startswith("Service:") else ():
            cause = f"can be assumed by {principal.partition(':')[2]} on behalf of any account, unlike {others[0]}"
            yield at(role, cause, "add the Condition on aws:SourceAccount that the other roles have")


RULE = Rule(
    id="IAM265",
    scope="terraform",
    title="Trust policy lacks a condition that others have",
    what="A role can be assumed by a service for any account, while other roles of the stack have a condition.",
    why="Someone in another account may use the service as a confused deputy.",
    fix="Add the condition on `aws:SourceAccount` that the other roles have.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role" "other" {
  name = "shop-other"
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
