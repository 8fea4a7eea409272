"""Environment variable is set twice."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Collect where each variable comes from, and report the second place, each database once."""
    for name in stack.services:
        first: dict[str, str] = {}
        told: set[str] = set()
        for section, key, variable in _given(stack, name):
            if variable in first and not (section == "uses" and key in told):
                told.add(key)
                cause = f'"{variable}" of services.{name} is set by {_both(first[variable], section)}.'
                fix = (
                    f"write another prefix, such as `uses: {{{key}: {key.upper().replace('-', '_')}_DB}}`."
                    if section == "uses"
                    else f"rename {variable} in {section}."
                )
                yield Finding(cause, fix, ("services", name, section, key))
            first.setdefault(variable, section)


def _both(first: str, second: str) -> str:
    return f"two databases in {first}" if first == second else f"both {first} and {second}"


def _given(stack: Stack, name: str) -> Iterator[tuple[str, str, str]]:
    service = stack.services[name]
    for section in ("environment", "calls", "secrets"):
        yield from ((section, variable, variable) for variable in getattr(service, section))
    for database, prefix in service.uses.items():
        if database not in stack.databases:
            continue  # SPEC106 reports it
        replicas = stack.databases[database].replicas.count
        for suffix in ("HOST", "PORT", "NAME", *(["REPLICA_HOST"] if replicas else [])):
            yield "uses", database, f"{prefix}_{suffix}"


RULE = Rule(
    id="SVC105",
    title="Environment variable is set twice",
    what="An environment variable is set by two of `environment`, `secrets`, `uses` and `calls`.",
    why="ECS rejects a secret with the name of a plain variable, and of two plain values one would silently win.",
    fix="Rename one of them; for databases write another prefix, such as `uses: {orders: ORDERS_DB}`.",
    source="https://github.com/dagster-io/dagster/issues/11622",
    bad="services: {api: {environment: {DB_PASSWORD: x}}}",
    good="services: {api: {environment: {LOG_LEVEL: info}}}",
    check_spec=check,
)
