"""Grant reaches beyond the application."""

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
                        f"{action[:60]} lets {name} act as others, or change what they may.", "remove it.", path
                    )


RULE = Rule(
    id="IAM103",
    title="Grant reaches beyond the application",
    severity=Severity.WARNING,
    what="A permission lets the application change identities or policies.",
    why="Whoever takes over the application can then give itself everything.",
    fix="Remove it, or narrow it to the one role that is meant.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    bad="""services: {api: {permissions: [{actions: ["iam:PassRole"], resources: ["arn:aws:iam::123456789012:role/other"]}]}}""",
    check_spec=check,
)
