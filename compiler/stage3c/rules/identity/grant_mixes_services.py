"""Permission has actions and resources of different services."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_OTHER_NAMES = {
    "sts": {"sts", "iam"},
    "rds-data": {"rds"},
    "kafka-cluster": {"kafka"},
    "redshift-data": {"redshift"},
}
"""Actions whose resources bear another service's name."""


def check(stack: Stack) -> Iterator[Finding]:
    """Compare prefixes of actions with services of resources."""
    for name, service in stack.services.items():
        for position, grant in enumerate(service.permissions):
            services = {resource.split(":")[2] for resource in grant.resources}
            for number, action in enumerate(grant.actions):
                prefix = action.split(":")[0]
                if not services & _OTHER_NAMES.get(prefix, {prefix}):
                    cause = f"{action[:60]} of services.{name} does not apply to resources of {', '.join(sorted(services))[:80]}."
                    path = ("services", name, "permissions", position, "actions", number)
                    yield Finding(cause, f"add an ARN of {prefix[:40]} to resources, or remove the action.", path)


RULE = Rule(
    id="IAM102",
    title="Permission has actions and resources of different services",
    severity=Severity.WARNING,
    what="The service of an action is not the service of any resource in the same permission.",
    why="IAM accepts it, and the application is denied access at run time.",
    fix="Put actions and resources of one service into one permission.",
    source=("https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html"),
    bad="""services: {api: {permissions: [{actions: ["s3:GetObject"], resources: ["arn:aws:sns:eu-west-1:123456789012:x"]}]}}""",
    check_spec=check,
)
