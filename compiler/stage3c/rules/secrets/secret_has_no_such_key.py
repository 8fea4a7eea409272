"""Secret has no such key."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.disclosure import STARS, is_name
from stage3c.language.model.stack import Stack
from stage3c.resources.secrets import DATABASE_KEYS
from stage3c.rules.rule import Rule
from stage3c.wording import listed, misspelt, nearest


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
                cause = f'the secret of database "{name}" only has the keys {keys}, not "{clip(key)}".'
                near = misspelt(key, DATABASE_KEYS)
                uses = f"write `uses: [{name}]`, which sets DB_HOST, DB_PORT and DB_NAME."
                fix = f"write `{variable}: {name}.{near}`." if near else uses
                yield Finding(cause, fix, path)
            elif name in stack.secrets:
                yield from _declared(stack, name, key, path)


def _declared(stack: Stack, name: str, key: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
    secret = stack.secrets[name]
    if secret.format == "plain":
        yield Finding(f'secret "{name}" has the format plain, so it has no keys.', f"write `{path[-1]}: {name}`.", path)
    elif key not in secret.keys:
        keys = [each if is_name(each) else STARS for each in secret.keys]
        near = nearest(key, keys) or keys[0]
        cause = f'secret "{name}" has the keys {listed(keys)}, not "{clip(key)}".'
        yield Finding(cause, f"write `{path[-1]}: {name}.{near}`, or add `{clip(key)}` to secrets.{name}.keys.", path)


RULE = Rule(
    id="SEC102",
    title="Secret has no such key",
    essential=True,
    what="A service uses a key that the secret does not have.",
    why=(
        "In a real outage the application expected `host` and `dbname` in a secret of RDS, which has only "
        "`username` and `password`."
    ),
    fix="Write a key that the secret has; host, port and name of a database come from `uses`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    bad="services: {api: {secrets: {DB_HOST_NAME: orders.host}}}",
    good="services: {api: {secrets: {DB_USERNAME: orders.username}}}",
    check_spec=check,
)
