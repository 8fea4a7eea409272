"""Secret in a plain environment variable."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.disclosure import looks_secret, names_a_secret
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at names and values; a value is never repeated."""
    for name, service in stack.services.items():
        for variable, value in service.environment.items():
            by_name = names_a_secret(variable) and value.strip() and value.lower() not in ("true", "false", "none")
            if by_name or looks_secret(value):
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
