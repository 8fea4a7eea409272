"""Permission has an action that does not exist."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.policy.actions import is_known, nearest_action
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold every action of a permission against AWS's own list."""
    for name, service in stack.services.items():
        for position, grant in enumerate(service.permissions):
            for number, action in enumerate(grant.actions):
                if not is_known(action):
                    near = nearest_action(action)
                    path = ("services", name, "permissions", position, "actions", number)
                    cause = f'services.{name} has the permission "{clip(action)}", which does not exist.'
                    yield Finding(cause, f'write "{near}".' if near else f'remove "{clip(action)}".', path)


RULE = Rule(
    id="IAM104",
    title="Permission has an action that does not exist",
    what="`permissions` of a service have an action, or a service prefix, that AWS does not have.",
    why="IAM accepts it without an error, it grants nothing, and the application is denied access at run time.",
    fix="Write the name from the service authorization reference, such as `s3:GetObject`.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/ (facts/iam_actions.json)",
    bad="""services: {api: {permissions: [{actions: ["s3:GetObjects"], resources: ["arn:aws:s3:::b/*"]}]}}""",
    check_spec=check,
)
