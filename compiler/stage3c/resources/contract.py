"""Which variables a service is given, of which kind, and where each comes from.

Task definitions are compiled from this and nothing else; so is whatever code reads the variables.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from stage3c.diagnostics import Path
from stage3c.graph import Ref, Text, Value
from stage3c.language.model.load_balancer import Route
from stage3c.language.model.service import ArnOf
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.resources.secrets import secret_of

Kind = Literal["text", "any text", "host", "port", "name", "url", "arn", "secret value", "secret json"]


class Variable(Struct, frozen=True):
    """One environment variable of a container; what is secret is injected by ECS when a task starts."""

    name: str
    kind: Kind
    value: Value
    path: Path

    @property
    def is_secret(self) -> bool:
        """Tell whether the value comes from Secrets Manager."""
        return self.kind in ("secret value", "secret json")


def variables(stack: Stack, name: str) -> list[Variable]:
    """All variables of a service, by name."""
    found = [*_plain(stack, name), *_databases(stack, name), *_calls(stack, name), *_secrets(stack, name)]
    return sorted(found, key=lambda variable: variable.name)


def secret_names(stack: Stack, name: str, *, by_arn: bool) -> list[str]:
    """The secrets of a service: those that ECS injects, or those whose ARN the application is given."""
    found = set()
    for source in stack.services[name].secrets.values():
        if isinstance(source, ArnOf) == by_arn:
            found.add(source.arn_of if isinstance(source, ArnOf) else source.split(".")[0])
    return sorted(found)


def address_of(stack: Stack, service: str) -> Value:
    """The URL at which others call a service: with its path, where the load balancer chooses it by path."""
    route = stack.services[service].load_balancer
    assert route is not None
    address, path = base_address_of(stack, service), called_path(route) or ""
    if not path:
        return address
    return Text(*address.parts, path) if isinstance(address, Text) else f"{address}{path}"


def called_path(route: Route) -> str | None:
    """The path below which a route takes everything, without a slash at its end; None where there is none such.

    Shape: `/orders/*` -> "/orders"; `/orders*` -> "/orders"; `/*` or no path -> ""; `/*.jpg` -> None; `/orders` -> "/orders".
    """
    if not route.paths:
        return ""
    below = (path.removesuffix("*").rstrip("/") for path in route.paths if path.endswith("*"))
    plain = [head for head in (*below, *(path for path in route.paths if path != "/")) if not set(head) & {"*", "?"}]
    return next(iter(plain), None)


def base_address_of(stack: Stack, service: str) -> Value:
    """The URL of a service's load balancer under a name that leads to the service."""
    route = stack.services[service].load_balancer
    assert route is not None
    balancer = stack.load_balancers[route.name]
    scheme = "https" if balancer.https else "http"
    port = balancer.https.port if balancer.https else balancer.http
    suffix = "" if port == {"http": 80, "https": 443}[scheme] else f":{port}"
    host = _host_of(stack, route)
    if host:
        return f"{scheme}://{host}{suffix}"
    return Text(f"{scheme}://", Ref(f"aws_lb.{route.name}", "dns_name"), suffix)


def _host_of(stack: Stack, route: Route) -> str | None:
    """The first plain host name that leads to a route; the domain's own only where this load balancer answers to it."""
    balancer = stack.load_balancers[route.name]
    hostnames = hostnames_of(stack, route.name) if balancer.https else balancer.hostnames or []
    hosts = [*route.hosts, *hostnames]
    own = stack.domain.name.lower() if stack.domain else ""
    wildcards = {host.lower() for host in hosts if host.startswith("*.")}
    answers = balancer.https and f"*.{own.partition('.')[2]}" in wildcards
    plain = (host for host in hosts if not host.startswith("*."))
    return next(plain, own if answers else None)


def _plain(stack: Stack, name: str) -> Iterator[Variable]:
    for variable, value in stack.services[name].environment.items():
        # What the spec itself leaves empty, or writes as an ARN, is no mistake when it arrives.
        meant = not value.strip() or value.lstrip().startswith("arn:")
        yield Variable(variable, "any text" if meant else "text", value, ("services", name, "environment", variable))


def _databases(stack: Stack, name: str) -> Iterator[Variable]:
    for database, prefix in stack.services[name].uses.items():
        path: Path = ("services", name, "uses", database)
        instance, described = f"aws_db_instance.{database}", stack.databases[database]
        yield Variable(f"{prefix}_HOST", "host", Ref(instance, "address"), path)
        yield Variable(f"{prefix}_PORT", "port", str(described.port), path)
        yield Variable(f"{prefix}_NAME", "name", described.database_name, path)
        if described.replicas.count:
            yield Variable(f"{prefix}_REPLICA_HOST", "host", Ref(f"{instance}_replica_1", "address"), path)


def _calls(stack: Stack, name: str) -> Iterator[Variable]:
    for variable, callee in stack.services[name].calls.items():
        yield Variable(variable, "url", address_of(stack, callee), ("services", name, "calls", variable))


def _secrets(stack: Stack, name: str) -> Iterator[Variable]:
    """A value from is `arn`, or `arn:key::` for one key of a JSON secret.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-23)
    """
    for variable, source in stack.services[name].secrets.items():
        path: Path = ("services", name, "secrets", variable)
        if isinstance(source, ArnOf):
            yield Variable(variable, "arn", secret_of(stack, source.arn_of).arn, path)
            continue
        secret, _, key = source.partition(".")
        home = secret_of(stack, secret)
        if key:
            yield Variable(variable, "secret value", Text(home.arn, f":{key}::"), path)
        else:
            yield Variable(variable, "secret json" if home.format == "json" else "secret value", home.arn, path)
