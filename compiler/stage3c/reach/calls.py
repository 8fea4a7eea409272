"""Where the addresses lead that a container is given: load balancers and databases, by URL, or by host and port."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stage3c.graph import Graph, Ref, Resource, Text, Value, blocks, number
from stage3c.views.load_balancers import LoadBalancer, load_balancer
from stage3c.views.tasks import Container

_SCHEME: Final = re.compile(r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*)://(?:[^/@]*@)?$")
_PORT: Final = re.compile(r":([0-9]{1,5})(?![0-9])")
_URL: Final = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?:[/?#]|$)")
_PORT_OF_SCHEME: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ADDRESSES: Final = (
    "address", "endpoint", "reader_endpoint", "primary_endpoint_address", "reader_endpoint_address", "cluster_address",
)  # fmt: skip
_HOST_NAME: Final = re.compile(r"(.*?)_?(?:HOST|HOSTNAME|ADDRESS|ENDPOINT|SERVER)")


def port_beside(graph: Graph, container: Container, name: Value) -> int | None:
    """The port in the variable that belongs to a host: `DB_PORT` to `DB_HOST`."""
    host = _HOST_NAME.fullmatch(name.upper()[:200]) if isinstance(name, str) else None
    if host is None:
        return None
    wanted = f"{host[1]}_PORT" if host[1] else "PORT"
    same = (each for each in container.environment if str(each.get("name")).upper() == wanted)
    return next((number(graph.resolved(each.get("value"))) for each in same), None)


def ports_given(graph: Graph, containers: Iterable[Container], database: Resource) -> set[int]:
    """The ports at which containers are told that a database listens; empty where none is written."""
    found: set[int | None] = set()
    for container in containers:
        for variable in container.environment:
            value = variable.get("value")
            parts = value.parts if isinstance(value, Text) else (value,)
            for position, part in enumerate(parts):
                if isinstance(part, Ref) and part.address == database.address and part.attribute in _ADDRESSES:
                    after = parts[position + 1] if position + 1 < len(parts) else ""
                    explicit = _PORT.match(after) if isinstance(after, str) else None
                    bare = port_beside(graph, container, variable.get("name")) if len(parts) == 1 else None
                    found.add(int(explicit[1]) if explicit else bare)
    return {port for port in found if port is not None}


def called(graph: Graph, value: Value) -> Iterator[tuple[LoadBalancer, int | None]]:
    """The load balancers whose address stands in a value, and the port at which they are called."""
    value = graph.resolved(value)
    parts = value.parts if isinstance(value, Text) else (value,)
    for position, part in enumerate(parts):
        is_name = isinstance(part, Ref) and part.attribute == "dns_name"
        balancer = load_balancer(graph, graph.target(part)) if is_name else None
        if balancer:
            before = parts[position - 1] if position else ""
            after = parts[position + 1] if position + 1 < len(parts) else ""
            yield balancer, _port_called(balancer, before, after)
        elif isinstance(part, str) and len(parts) == 1:
            yield from _called_by_name(graph, part)


def _port_called(balancer: LoadBalancer, before: Value, after: Value) -> int | None:
    """The port of a URL; of a bare host name, the port of the only listener."""
    explicit = _PORT.match(after) if isinstance(after, str) else None
    if explicit:
        return int(explicit[1])
    scheme = _SCHEME.search(before) if isinstance(before, str) else None
    if scheme:
        return _PORT_OF_SCHEME.get(scheme[1])
    ports = {listener.port for listener in balancer.listeners}
    return ports.pop() if len(ports) == 1 and not isinstance(after, Ref) else None


def _called_by_name(graph: Graph, text: str) -> Iterator[tuple[LoadBalancer, int | None]]:
    url = _URL.match(text[:300])
    named = graph.derived(_balancers_by_name).get(url[2].lower().rstrip(".")) if url else None
    balancer = load_balancer(graph, named)
    if url and balancer:
        yield balancer, int(url[3]) if url[3] else _PORT_OF_SCHEME[url[1]]


def _balancers_by_name(graph: Graph) -> dict[str, Resource]:
    """Load balancers by the host names whose alias records lead to them."""
    found = {}
    for record in graph.of_type("aws_route53_record"):
        name = graph.resolved(record.attributes.get("name"))
        for alias in blocks(record.attributes.get("alias")):
            target = graph.target(alias.get("name"))
            if isinstance(name, str) and target and target.type == "aws_lb":
                found[name.lower().rstrip(".")] = target
    return found
