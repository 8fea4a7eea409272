"""Secret in a plain environment variable."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_FORMS = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]*:[^/\s@]+@|\b(ghp|sk_live|xox[bp])[_-][A-Za-z0-9]{8}"
)
_NAMES = re.compile(r"(^|_)(PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|ACCESS_KEY|CREDENTIALS)$")


def check(stack: Stack) -> Iterator[Finding]:
    """Look at names and values; a value is never repeated."""
    for name, service in stack.services.items():
        for variable, value in service.environment.items():
            by_name = (
                bool(_NAMES.search(variable.upper()))
                and value.strip()
                and value.lower() not in ("true", "false", "none")
            )
            if by_name or _FORMS.search(value):
                what = "has the name of a secret" if by_name else "has a value that looks like a secret"
                cause = f"services.{name}.environment.{variable} {what}, but plain variables are not encrypted."
                fix = f"declare the secret in secrets, and write `secrets: {{{variable}: KEY.name}}` in the service."
                yield Finding(cause, fix, ("services", name, "environment", variable))


RULE = Rule(
    id="SEC107",
    title="Secret in a plain environment variable",
    what="A plain environment variable looks like a secret, by its value or its name.",
    why="It would be readable in the spec, the generated files, the state and the task definition.",
    fix="Declare the secret in `secrets`, and write `secrets: {VARIABLE: KEY.name}` in the service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-bp.html",
    bad="services: {web: {environment: {API_TOKEN: abcdef0123456789}}}",
    good="""services: {web: {environment: {TOKEN_URL: "https://login.example.com/token"}}}""",
    check_spec=check,
)
