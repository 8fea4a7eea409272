"""Secret has no such key."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.secrets import DATABASE_KEYS
from stage3c.rules.rule import Rule
from stage3c.wording import listed, nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each key against the secret's schema."""
    for service_name, service in stack.services.items():
        for variable, source in service.secrets.items():
            if not isinstance(source, str) or "." not in source or source.startswith("arn:"):
                continue
            name, _, key = source.partition(".")
            path = ("services", service_name, "secrets", variable)
            if name in stack.databases and key not in DATABASE_KEYS:
                keys = ", ".join(DATABASE_KEYS)
                cause = (
                    f'the secret of database "{name}" has the keys {keys} and no others; "{clip(key)}" is none of them.'
                )
                fix = (
                    f'write "uses: [{name}]": host, port and name come from the instance, as DB_HOST, DB_PORT, DB_NAME.'
                )
                yield Finding(cause, fix, path)
            elif name in stack.secrets:
                yield from _declared(stack, name, key, path)


def _declared(stack: Stack, name: str, key: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
    secret = stack.secrets[name]
    if secret.format == "plain":
        yield Finding(f'"{name}" is one plain text without keys.', f"write {name}.", path)
    elif key not in secret.keys:
        near = nearest(key, secret.keys) or secret.keys[0]
        cause = f'secret "{name}" has the keys {listed(secret.keys)}; "{clip(key)}" is none of them.'
        yield Finding(cause, f"write {name}.{near}, or add the key to the secret.", path)


RULE = Rule(
    id="SEC102",
    title="Secret has no such key",
    essential=True,
    what="A service asks for a key that a secret does not have.",
    why=(
        "The application of the incident expected `host` and `dbname` in a secret of RDS, which holds "
        "`username` and `password` and nothing else."
    ),
    fix="Name a key that it has; a database's host, port and name come from `uses`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    bad="services: {api: {secrets: {DB_HOST_NAME: orders.host}}}",
    good="services: {api: {secrets: {DB_USERNAME: orders.username}}}",
    check_spec=check,
)
