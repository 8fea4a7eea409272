"""Grant allows everything."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_EVERY = re.compile(
    r"[*?/]+|(secret|key|parameter|role|user|policy|table|function|log-group|cluster|repository|stateMachine)[:/][*?/]+"
)
"""Everything, or everything of a kind; what comes first in other ARNs, such as a bucket or a topic, is a name."""


def check(stack: Stack) -> Iterator[Finding]:
    """Look at each action and resource."""
    for name, service in stack.services.items():
        for position, grant in enumerate(service.permissions):
            path = ("services", name, "permissions", position)
            for number, action in enumerate(grant.actions):
                if action.split(":")[1].strip("*?") == "":
                    yield Finding(
                        f'"{action[:60]}" allows every action.', "name the actions.", (*path, "actions", number)
                    )
            for number, resource in enumerate(grant.resources):
                if _EVERY.fullmatch(resource.split(":", 5)[5]):
                    yield Finding(
                        f'"{resource[:80]}" is every resource.', "name the resources.", (*path, "resources", number)
                    )


RULE = Rule(
    id="IAM101",
    title="Grant allows everything",
    what="A permission names all actions of a service, or every resource of one.",
    why=(
        "The incident ended with far too much granted because too little had been; what is not needed is only "
        "there for whoever breaks in."
    ),
    fix="Name the actions and the resources.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""services: {api: {permissions: [{actions: ["s3:*"], resources: ["arn:aws:s3:::shop/*"]}]}}""",
    good="""services: {api: {permissions: [{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"]}]}}""",
    check_spec=check,
)
