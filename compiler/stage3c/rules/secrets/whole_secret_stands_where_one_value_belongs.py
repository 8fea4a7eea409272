"""Whole secret is injected instead of one value."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.resources.secrets import DATABASE_KEYS
from stage3c.rules.rule import Rule
from stage3c.wording import listed, nearest

_SINGLE = ("PASSWORD", "USERNAME", "USER", "KEY", "TOKEN")


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the ending of each variable with what fills it."""
    for service_name, service in stack.services.items():
        for variable, source in service.secrets.items():
            json_secret = source in stack.databases or (
                source in stack.secrets and stack.secrets[str(source)].format == "json"
            )
            if isinstance(source, str) and json_secret and variable.upper().endswith(_SINGLE):
                cause = f"services.{service_name}.secrets.{variable} is the whole secret {source}, as JSON text."
                keys = list(DATABASE_KEYS) if source in stack.databases else stack.secrets[source].keys
                fix = f"write `{variable}: {source}.{nearest(variable.lower(), keys) or keys[0]}`; the keys are {listed(keys)}."
                yield Finding(cause, fix, ("services", service_name, "secrets", variable))


RULE = Rule(
    id="SEC106",
    title="Whole secret is injected instead of one value",
    severity=Severity.WARNING,
    what="A variable named for a single value receives a whole JSON secret.",
    why="The application would use the JSON text as the password.",
    fix="Add the key, such as `DB_PASSWORD: orders.password`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {DB_PASSWORD: orders}}}",
    check_spec=check,
)
