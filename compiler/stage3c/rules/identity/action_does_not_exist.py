"""A misspelt action."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph
from stage3c.policy.actions import is_known, nearest_action
from stage3c.policy.catalogue import policies_of
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Hold every action against AWS's own list; what has a hole in it is passed over."""
    for origin, statements in policies_of(graph):
        for action in (a for s in statements for a in (*(s.actions or ()), *(s.not_actions or ()))):
            if "«" not in action and not is_known(action):
                near = nearest_action(action)
                cause = f'{origin.address} names "{clip(action)}", and AWS has no such action.'
                fix = f"did you mean {near}?" if near else "look it up in the service authorization reference."
                yield Finding(
                    cause,
                    fix if fix.endswith(".") else f"{fix} Otherwise remove it.",
                    origin.origin.path,
                    origin.origin.span,
                )


RULE = Rule(
    id="IAM204",
    scope="graph",
    title="Action does not exist",
    what="A policy names an action, or a service, that AWS does not have.",
    why="IAM takes it without a word, and it grants nothing.",
    fix="Write the action as the service authorization reference does.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/ (facts/iam_actions.json)",
    bad_terraform="""\
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValues"
      Resource = aws_secretsmanager_secret.api.arn
    }]
  })
}
""",
    check_graph=check,
)
