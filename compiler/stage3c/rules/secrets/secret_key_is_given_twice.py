"""Key of a secret is listed twice."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for repeated keys."""
    for name, secret in stack.secrets.items():
        for position, key in enumerate(secret.keys):
            if key in secret.keys[:position]:
                yield Finding(
                    f'"{key}" is listed twice in secrets.{name}.keys.',
                    "remove one of the two.",
                    ("secrets", name, "keys", position),
                )


RULE = Rule(
    id="SEC104",
    title="Key of a secret is listed twice",
    what="A secret lists the same key twice.",
    why="A JSON object has each key once; one of the two was probably meant to be another.",
    fix="Remove or rename one.",
    source="https://www.rfc-editor.org/rfc/rfc8259#section-4",
    bad="secrets: {stripe: {keys: [api_key, api_key, webhook_secret]}}",
    check_spec=check,
)
