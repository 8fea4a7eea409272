"""Execution role may read a secret that no container receives."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, document, items, refs_in
from stage3c.policy.roles import role_of
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import tasks

_HOLDERS = ("aws_secretsmanager_secret", "aws_ssm_parameter", "aws_db_instance")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what each execution role may read with what the containers of its tasks receive."""
    for policy in graph.of_type("aws_iam_role_policy"):
        role = role_of(graph, policy.attributes.get("role"))
        received = _received(graph, role) if role is not None else None
        if received is None:
            continue
        for address in sorted(_granted(policy) - received):
            holder = graph.resources.get(address)
            if holder is not None and holder.type in _HOLDERS:
                cause = f"allows GetSecretValue on the secret of {address}, which no container receives"
                yield at(policy, cause, "add it to secrets of a container, or remove it from the policy")


def _received(graph: Graph, role: Resource) -> set[str] | None:
    """What the containers receive that start with a role; None where it does anything else, or they are not known."""
    users = [user for user in graph.users(role) if user.type != "aws_iam_role_policy"]
    if not users or graph.is_handed_out(role):
        return None
    found: set[str] = set()
    for user in (each for each in users if each.type != "aws_iam_role_policy_attachment"):
        task = tasks(graph).get(user.address)
        if task is None or not task.is_complete or graph.target(user.attributes.get("execution_role_arn")) is not role:
            return None
        for container in task.containers:
            values = [value for key, value in container.written.items() if key != "environment"]
            found |= {ref.address for ref in refs_in(values)}
    return found


def _granted(policy: Resource) -> set[str]:
    """The addresses of what a policy allows to read as secrets."""
    written = document(policy.attributes.get("policy"))
    statements = [each for body in blocks(written) for each in blocks(body.get("Statement"))]
    allowing = [each for each in statements if each.get("Effect") != "Deny"]
    reading = [s for s in allowing if any("GetSecretValue" in str(action) for action in items(s.get("Action")))]
    return {ref.address for statement in reading for ref in refs_in(statement.get("Resource"))}


RULE = Rule(
    id="IAM261",
    scope="terraform",
    title="Execution role may read a secret that no container receives",
    what="An execution role allows GetSecretValue on a secret that is not in `secrets` of any container of its tasks.",
    why="The container was meant to receive it, and lacks it; or the role can read more than it needs.",
    fix="Add the secret to `secrets` of the container, or remove it from the policy.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_secretsmanager_secret" "mail" {
  name = "shop/mail"
}

resource "aws_iam_role_policy" "mail" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = aws_secretsmanager_secret.mail.arn
    }]
  })
}
""",
    check_graph=check,
)
