"""Permission allows every action or resource."""

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
                        f'services.{name} allows every action: "{action[:60]}".',
                        f"list the actions, such as `actions: ['{action.split(':')[0]}:GetObject']`."
                        if action.startswith("s3:")
                        else "list the actions, such as `actions: ['s3:GetObject']`.",
                        (*path, "actions", number),
                    )
            for number, resource in enumerate(grant.resources):
                if _EVERY.fullmatch(resource.split(":", 5)[5]):
                    yield Finding(
                        f'services.{name} allows every resource: "{resource[:80]}".',
                        "list the ARNs, such as `resources: ['arn:aws:s3:::shop-media/*']`.",
                        (*path, "resources", number),
                    )


RULE = Rule(
    id="IAM101",
    title="Permission allows every action or resource",
    what="A permission allows all actions of a service, or every resource.",
    why="An attacker who takes over the application gets everything that is allowed, not only what it needs.",
    fix=("List the actions and ARNs, such as `{actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop-media/*']}`."),
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""services: {api: {permissions: [{actions: ["s3:*"], resources: ["arn:aws:s3:::shop/*"]}]}}""",
    good="""services: {api: {permissions: [{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"]}]}}""",
    check_spec=check,
)
