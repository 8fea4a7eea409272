"""IAM policy grants more than needed."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.policy.actions import can_be_limited
from stage3c.policy.roles import grants_of
from stage3c.rules.rule import Rule, found_at
from stage3c.views.policies import policies_of
from stage3c.views.statements import Statement

_BROAD: Final = ("FullAccess", "ReadWrite", "PowerUser", "Administrator")

_EVERY: Final = re.compile(
    r"arn:[^:]*:[a-z0-9-]+:[^:]*:[^:]*:(secret|parameter|key|role|policy|user|group)[:/]\*|arn:[^:]*:s3:::(?:\*|\*/\*)"
)
_POWERS: Final = {
    "sts:assumerole",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:addusertogroup",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createpolicyversion",
    "iam:passrole",
    "iam:putgrouppolicy",
    "iam:putrolepolicy",
    "iam:putuserpolicy",
    "iam:setdefaultpolicyversion",
    "iam:updateassumerolepolicy",
    "iam:updateloginprofile",
}
"""With any of these on every role, user or policy, anyone can become administrator,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html (from memory)."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what identity policies allow, and at AWS's broad policies on the roles of tasks."""
    for origin, statements in policies_of(graph):
        for statement in (s for s in statements if s.allows and s.principals == ()):
            for what in _excess(statement):
                fix = 'list what is needed, such as Action = "s3:GetObject", Resource = "arn:aws:s3:::shop-media/*".'
                yield found_at(origin, f"{origin.address} allows {what}.", fix)
    for role in graph.of_type("aws_iam_role"):
        for arn in grants_of(graph, role).managed_arns:
            if any(word in arn for word in _BROAD):
                cause = (
                    f"{role.address} has the managed policy {arn.rpartition('/')[2]}, "
                    "which allows far more than a task needs."
                )
                yield found_at(role, cause, "replace it with an aws_iam_role_policy that lists the actions and ARNs.")
    for attachment in graph.of_type("aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment"):
        attached = graph.resolved(attachment.attributes.get("policy_arn"))
        if isinstance(attached, str) and any(word in attached for word in _BROAD):
            name = attached.rpartition("/")[2]
            cause = f"{attachment.address} attaches {name} to IAM users, whose access keys do not expire."
            yield found_at(attachment, cause, "attach what is needed to a role, and let people assume it.")


def _excess(statement: Statement) -> Iterator[str]:
    if statement.not_actions or statement.not_resources:
        yield "everything except what it lists (NotAction or NotResource)"
    whole = statement.resources is not None and "*" in statement.resources
    for action in statement.actions or ():
        if action == "*" or action.endswith(":*"):
            yield f'"{clip(action)}"'
        elif whole and not statement.conditions and can_be_limited(action):
            yield f'"{clip(action)}" on every resource'
    if not statement.conditions:
        yield from _grasp(statement)
    for resource in statement.resources or ():
        if resource != "*" and resource.endswith(":*:*"):
            yield f'its actions on "{clip(resource)}"'


def _grasp(statement: Statement) -> Iterator[str]:
    """What reaches everything of a kind that holds secrets, or changes what other roles may do."""
    for resource in statement.resources or ():
        kind = _EVERY.fullmatch(resource)
        powers = [action for action in statement.actions or () if action.lower() in _POWERS]
        if kind and powers:
            yield f'"{clip(powers[0])}" on every {kind[1]}'
        elif kind and kind[1] in (None, "secret", "parameter") and statement.actions:
            yield f"its actions on every {kind[1] or 'bucket'}: {clip(resource)}"


RULE = Rule(
    id="IAM205",
    scope="graph",
    title="IAM policy grants more than needed",
    what=(
        "A policy allows all actions of a service, or an action on every resource; or a role or user has a broad "
        "managed policy."
    ),
    why="An attacker who takes over one task can read every secret and everything else the policy allows.",
    fix='List the actions and ARNs, such as `Action = "s3:GetObject"`, `Resource = "arn:aws:s3:::shop-media/*"`.',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:*"
      Resource = "*"
    }]
  })
}
""",
    check_graph=check,
)
