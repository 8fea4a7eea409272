"""Whole secret stands where one value belongs."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_SINGLE = ("PASSWORD", "USERNAME", "USER", "KEY", "TOKEN")


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the ending of each variable with what fills it."""
    for service_name, service in stack.services.items():
        for variable, source in service.secrets.items():
            json_secret = source in stack.databases or (
                source in stack.secrets and stack.secrets[str(source)].format == "json"
            )
            if isinstance(source, str) and json_secret and variable.upper().endswith(_SINGLE):
                cause = f"{variable} is given all of {source} as JSON text."
                yield Finding(cause, f"write {source}.<key>.", ("services", service_name, "secrets", variable))


RULE = Rule(
    id="SEC106",
    title="Whole secret stands where one value belongs",
    severity=Severity.WARNING,
    what="A variable named for one value is filled with a whole JSON secret.",
    why="The application would take the JSON text for the password itself.",
    fix="Name the key, as in `orders.password`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {DB_PASSWORD: orders}}}",
    check_spec=check,
)
