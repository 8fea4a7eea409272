"""Role of tasks can be assumed from another account."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import account_of
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
                if account not in _own_accounts(graph, role):
                    cause = f"is a role of tasks, and can be assumed by anyone whom account {account} allows to"
                    yield at(role, cause, "remove the statement, and create a separate role for people")


def _own_accounts(graph: Graph, role: Resource) -> set[str]:
    """The account of the stack, as far as the provider, a look-up or the ARN in a state tells it."""
    callers = [each for each in graph.resources.values() if each.type == "aws_caller_identity"]
    arn = str(role.attributes.get("arn")).split(":")
    return {account_of(graph), *(str(each.attributes.get("account_id")) for each in callers), *arn[4:5]}


RULE = Rule(
    id="IAM266",
    scope="terraform",
    title="Role of tasks can be assumed from another account",
    what="A role that ECS tasks assume also trusts a whole account, without a condition.",
    why="Anyone with access to that account can read the secrets of the application.",
    fix="Let only ecs-tasks.amazonaws.com assume the roles of tasks.",
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
