"""Role of tasks can be assumed from another account."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import statements_in

_WHOLE_ACCOUNT: Final = re.compile(r"AWS:(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::root)?")
_TASKS: Final = "Service:ecs-tasks.amazonaws.com"


def check(graph: Graph) -> Iterator[Finding]:
    """Look at roles that ECS assumes, for statements that also let in everybody of an account."""
    for role in graph.of_type("aws_iam_role"):
        statements = [each for each in statements_in(graph, role, "assume_role_policy") or () if each.allows]
        if not any(_TASKS in (statement.principals or ()) for statement in statements):
            continue
        for statement in statements:
            found = [_WHOLE_ACCOUNT.fullmatch(principal) for principal in statement.principals or ()]
            for account in (each[1] for each in found if each and not statement.conditions):
                cause = f"is a role of tasks, and can be assumed by everybody whom account {account} lets"
                yield at(role, cause, "remove the statement, and make people a role of their own")


RULE = Rule(
    id="IAM266",
    scope="terraform",
    title="Role of tasks can be assumed from another account",
    what="A role that ECS tasks assume also trusts a whole account, without a condition.",
    why="Whoever gets into that account reads the secrets of the application.",
    fix="Keep roles of tasks to ecs-tasks.amazonaws.com.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role" "task" {
  name = "shop-task"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com", AWS = "arn:aws:iam::999988887777:root" }
    }]
  })
}
""",
    check_graph=check,
)
