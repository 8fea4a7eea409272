"""IAM action does not exist."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.policy.actions import is_known, nearest_action
from stage3c.rules.rule import Rule, found_at
from stage3c.views.policies import policies_of


def check(graph: Graph) -> Iterator[Finding]:
    """Hold every action against AWS's own list; what has a hole in it is passed over."""
    for origin, statements in policies_of(graph):
        for action in (a for s in statements for a in (*(s.actions or ()), *(s.not_actions or ()))):
            if "«" not in action and not is_known(action):
                near = nearest_action(action)
                cause = f'{origin.address} has action "{clip(action)}", which does not exist.'
                fix = f'write "{near}", or remove it.' if near else f'remove "{clip(action)}".'
                yield found_at(origin, cause, fix)


RULE = Rule(
    id="IAM204",
    scope="terraform",
    title="IAM action does not exist",
    what="A policy has an action, or a service prefix, that AWS does not have.",
    why="IAM accepts it without an error, and it grants nothing.",
    fix="Write the name from the service authorization reference, such as `secretsmanager:GetSecretValue`.",
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
    severity=Severity.WARNING,
    check_graph=check,
)
