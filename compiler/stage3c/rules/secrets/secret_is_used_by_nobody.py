"""Secret is not used."""

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
            yield Finding(
                f"no service uses secrets.{name}.",
                f"add it to secrets of a service, or remove secrets.{name}.",
                ("secrets", name),
            )


RULE = Rule(
    id="SEC109",
    title="Secret is not used",
    severity=Severity.WARNING,
    what="No service uses the secret.",
    why="It is billed per month, and its value has to be maintained for nothing.",
    fix="Add it to `secrets` of a service, or remove it.",
    source="The design of this language.",
    bad="secrets: {spare: plain}",
    check_spec=check,
)
