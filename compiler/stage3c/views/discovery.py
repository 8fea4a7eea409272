"""Names under which services are found: those of Cloud Map in DNS, and the aliases of Service Connect; parsed once a graph.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html (2026-11-28)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Resource, blocks, flag, number
from stage3c.views.arns import written
from stage3c.views.services import Service, services
from stage3c.views.tasks import Container

_ADDRESS: Final = re.compile(
    r"(?:([a-z][a-z0-9+.-]*)://(?:[^/@]{0,200}@)?)?([A-Za-z0-9_.-]{1,253})(?::([0-9]{1,5}))?(?:[/?#].*)?", re.DOTALL
)
_PORT_OF_SCHEME: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_NAMESPACE: Final = "aws_service_discovery_private_dns_namespace"
_CLOUD_MAP: Final = "aws_service_discovery_service"


class Published(Struct, frozen=True):
    """A name, what publishes it and which services answer; `may_have_others` where others may register there."""

    name: str
    resource: Resource
    servers: tuple[Service, ...]
    ports: Mapping[int, int | None] | None
    """Of Service Connect: the port that is called, and that of the container. None: callers name the container's own."""
    may_have_others: bool


class NamedCall(Struct, frozen=True):
    """A name that a container is given as an address; `published` is None where nothing has it, the port where none is known."""

    variable: str
    name: str
    port: int | None
    published: Published | None
    namespace: Resource | None


def published(graph: Graph) -> Mapping[str, Published]:
    """Every name that is published, in lower case."""
    return graph.derived(_published)


def named_calls(graph: Graph, service: Service, container: Container) -> Iterator[NamedCall]:
    """The published names, and names of private namespaces, that a container is given; not those of another mesh."""
    names, spaces = published(graph), graph.derived(_namespaces)
    for variable in container.environment:
        address = _ADDRESS.fullmatch((written(graph, graph.resolved(variable.get("value"))) or "")[:2000])
        host = address[2].lower().rstrip(".") if address else ""
        space = next((each for name, each in spaces.items() if host.endswith(f".{name}")), None)
        known = names.get(host)
        if address is None or (known is None and space is None) or (known and known.ports and not _is_client(service)):
            continue
        port = int(address[3]) if address[3] else _PORT_OF_SCHEME.get(address[1] or "")
        yield NamedCall(str(variable.get("name"))[:60], host, port, known, space)


def _is_client(service: Service) -> bool:
    """Only services with Service Connect resolve its aliases."""
    written_blocks = blocks(service.resource.attributes.get("service_connect_configuration"))
    return any(flag(block.get("enabled")) is not False for block in written_blocks)


def _namespaces(graph: Graph) -> Mapping[str, Resource]:
    found = {}
    for namespace in graph.of_type(_NAMESPACE):
        name = written(graph, namespace.attributes.get("name"))
        if name and "«" not in name:
            found[name.lower().rstrip(".")] = namespace
    return found


def _published(graph: Graph) -> Mapping[str, Published]:
    found = {each.name: each for each in _of_cloud_map(graph)}
    return found | {each.name: each for each in _of_service_connect(graph)}


def _of_cloud_map(graph: Graph) -> Iterator[Published]:
    registered = [
        (service, graph.target(block.get("registry_arn")))
        for service in services(graph).values()
        for block in blocks(service.resource.attributes.get("service_registries"))
    ]
    for entry in graph.of_type(_CLOUD_MAP):
        settings = next(iter(blocks(entry.attributes.get("dns_config"))), {})
        space = graph.target(settings.get("namespace_id", entry.attributes.get("namespace_id")))
        name = written(graph, graph.resolved(entry.attributes.get("name")))
        suffix = written(graph, space.attributes.get("name")) if space and space.type == _NAMESPACE else None
        if name and suffix and "«" not in name + suffix:
            servers = tuple(service for service, target in registered if target is entry)
            yield Published(f"{name}.{suffix}".lower().rstrip("."), entry, servers, None, _has_others(graph, entry))


def _has_others(graph: Graph, entry: Resource) -> bool:
    """Tell whether something else than a service of this graph may register instances."""
    used = any(user.type != "aws_ecs_service" for user in graph.users(entry))
    shown = any(ref.address == entry.address for ref in graph.shown)
    return used or shown or not entry.certain


def _of_service_connect(graph: Graph) -> Iterator[Published]:
    for service in services(graph).values():
        for settings in blocks(service.resource.attributes.get("service_connect_configuration")):
            for endpoint in blocks(settings.get("service")):
                port = _container_port(service, endpoint.get("port_name"))
                for alias in blocks(endpoint.get("client_alias")):
                    called, name = number(alias.get("port")), written(graph, alias.get("dns_name"))
                    if called is not None and name and "«" not in name:
                        yield Published(
                            name.lower(), service.resource, (service,), {called: port}, may_have_others=False
                        )


def _container_port(service: Service, name: object) -> int | None:
    """The port that a task definition calls by a name."""
    mappings = (mapping for container in service.containers for mapping in container.ports)
    return next((number(each.get("containerPort")) for each in mappings if each.get("name") == name), None)
