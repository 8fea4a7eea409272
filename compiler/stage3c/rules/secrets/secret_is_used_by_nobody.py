"""Secret is used by nobody."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.service import ArnOf
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for secrets that no variable names."""
    sources = [source for service in stack.services.values() for source in service.secrets.values()]
    used = {source.arn_of if isinstance(source, ArnOf) else source.split(".")[0] for source in sources}
    for name in stack.secrets:
        if name not in used:
            yield Finding(f"no service is given {name}.", "remove it.", ("secrets", name))


RULE = Rule(
    id="SEC109",
    title="Secret is used by nobody",
    severity=Severity.WARNING,
    what="No service is given anything of a secret.",
    why="It costs by the month, and somebody will keep it up to date for nothing.",
    fix="Remove it, or give it to a service.",
    source="The design of this language.",
    bad="secrets: {spare: plain}",
    check_spec=check,
)
