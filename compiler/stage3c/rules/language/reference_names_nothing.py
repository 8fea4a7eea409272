"""Reference to a key that does not exist."""

from collections.abc import Iterable, Iterator, Mapping

from stage3c.diagnostics import Finding, Path, clip
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed, nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Follow every reference by key to what it names."""
    for path, name, section in references(stack):
        homes: Mapping[str, Iterable[str]] = {
            "network.route_tables": stack.network.route_tables,
            "network.subnets": stack.network.subnets,
            "load_balancers": stack.load_balancers,
            "databases": stack.databases,
            "services": stack.services,
        }
        known = list(homes[section])
        if name not in known:
            near, add = nearest(name, known), f"add `{clip(name)}` to {section}."
            cause = f'"{clip(name)}" is not a key of {section}, which has {listed(known)}.'
            only = f"write `{known[0]}`, or {add}" if len(known) == 1 else add
            yield Finding(cause, f"write `{near}`." if near else only, path)


def references(stack: Stack) -> Iterator[tuple[Path, str, str]]:
    """Every reference by key: where it stands, what it names, and the section in which that should be."""
    yield from _in_network(stack)
    for key, balancer in stack.load_balancers.items():
        yield ("load_balancers", key, "subnets"), balancer.subnets, "network.subnets"
    for key, database in stack.databases.items():
        yield ("databases", key, "subnets"), database.subnets, "network.subnets"
    for key, service in stack.services.items():
        yield from _in_service(("services", key), service)
    for key, job in stack.jobs.items():
        yield ("jobs", key, "like"), job.like, "services"


def _in_network(stack: Stack) -> Iterator[tuple[Path, str, str]]:
    for key, tier in stack.network.subnets.items():
        yield ("network", "subnets", key, "route_table"), tier.route_table, "network.route_tables"
    for key in ("nat_subnets", "endpoint_subnets"):
        name = getattr(stack.network, key)
        if name is not None:
            yield ("network", key), name, "network.subnets"


def _in_service(path: Path, service: Service) -> Iterator[tuple[Path, str, str]]:
    yield (*path, "subnets"), service.subnets, "network.subnets"
    if service.load_balancer:
        is_short = service.load_balancer.model_fields_set == {"name"}
        at = (*path, "load_balancer") if is_short else (*path, "load_balancer", "name")
        yield at, service.load_balancer.name, "load_balancers"
    for position, name in enumerate(service.uses):
        at = (*path, "uses", position) if set(service.uses.values()) == {"DB"} else (*path, "uses", name)
        yield at, name, "databases"
    for variable, name in service.calls.items():
        yield (*path, "calls", variable), name, "services"
    for position, name in enumerate(service.health.ready.touches if service.health.ready else ()):
        yield (*path, "health", "ready", "touches", position), name, "databases"


RULE = Rule(
    id="SPEC106",
    title="Reference to a key that does not exist",
    what="A key refers to a subnet tier, route table, load balancer, database or service that is not in the spec.",
    why="Nothing that depends on it can be checked or created.",
    fix="Write the key of an existing one, such as `subnets: private`, or add it.",
    source="The design of this language.",
    bad="services: {web: {subnets: privat}}",
    good="services: {web: {subnets: private}}",
    essential=True,
    check_spec=check,
)
