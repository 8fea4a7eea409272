"""Permission allows changing identities or policies."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for actions on identities."""
    for name, service in stack.services.items():
        for position, grant in enumerate(service.permissions):
            for number, action in enumerate(grant.actions):
                if action.split(":")[0] in ("iam", "organizations", "sts") and not action.endswith("GetCallerIdentity"):
                    path = ("services", name, "permissions", position, "actions", number)
                    yield Finding(
                        f"{action[:60]} lets services.{name} assume other roles or change permissions.",
                        f"remove `{action[:60]}`.",
                        path,
                    )


RULE = Rule(
    id="IAM103",
    title="Permission allows changing identities or policies",
    severity=Severity.WARNING,
    what="A permission allows the application to change identities or policies, or to assume roles.",
    why="An attacker who takes over the application can grant itself every permission.",
    fix="Remove it, or limit it to the ARN of one role.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    bad="""services: {api: {permissions: [{actions: ["iam:PassRole"], resources: ["arn:aws:iam::123456789012:role/other"]}]}}""",
    check_spec=check,
)
