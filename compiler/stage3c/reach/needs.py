"""The flows without which a stack cannot work, derived from its resources and declared nowhere a second time.

Owns who needs whom: clients the public listeners, load balancers their targets, services what they call and query, and
every task what it starts from. Whether these flows pass is `proofs`' business.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stage3c.graph import Graph, Ref, Resource, Text, Value, blocks, document, flag, items, number, refs_in

DATABASE_PORTS: Final = {
    "aws_db_instance": {"mysql": 3306, "mariadb": 3306, "oracle": 1521, "sqlserver": 1433, "postgres": 5432},
    "aws_rds_cluster": {"aurora-mysql": 3306, "mysql": 3306, "aurora-postgresql": 5432, "postgres": 5432},
    "aws_elasticache_replication_group": {"": 6379},
    "aws_elasticache_cluster": {"memcached": 11211, "redis": 6379, "valkey": 6379},
}
"""Where an engine listens unless told, by the start of its name."""
LISTENERS: Final = ("aws_lb_listener", "aws_alb_listener")
_LISTENER_RULES: Final = ("aws_lb_listener_rule", "aws_alb_listener_rule")
_BALANCERS: Final = ("aws_lb", "aws_alb")
_SECRET_HOLDERS: Final = ("aws_secretsmanager_secret", "aws_ssm_parameter")
_SCHEME: Final = re.compile(r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*)://(?:[^/@]*@)?$")
_PORT: Final = re.compile(r":([0-9]{1,5})(?![0-9])")
_URL: Final = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?:[/?#]|$)")
_ECR: Final = re.compile(r"[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/")
_PORT_OF_SCHEME: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class Need:
    """One flow: from a resource (None: clients on the internet) to a port of another, or of an AWS service."""

    kind: str  # client | target | call | database | aws | image | file system
    source: Resource | None
    target: Resource | None
    port: int
    why: str
    origin: Resource
    service: str = ""  # of AWS, as an endpoint names it

    @property
    def text(self) -> str:
        """The flow in one line."""
        source = self.source.address if self.source else "clients"
        target = self.target.address if self.target else self.service or "the internet"
        return f"{source} -> {target} tcp/{self.port}"


def needed_flows(graph: Graph) -> list[Need]:
    """Every flow that the stack needs, each once."""
    services = [service for service in graph.of_type("aws_ecs_service") if service.certain]
    needs = [*_from_clients(graph)]
    for service in services:
        needs += _from_load_balancers(graph, service)
        containers = containers_of(graph, service)
        needs += _calls(graph, service, containers)
        needs += _to_databases(graph, service, containers)
        needs += _to_aws(graph, service, containers)
        needs += _to_file_systems(graph, service)
    return list({(need.kind, need.text): need for need in needs}.values())


def containers_of(graph: Graph, service: Resource) -> list[Mapping[str, Value]]:
    """The containers of a service's task definition, as far as they can be read."""
    task = graph.target(service.attributes.get("task_definition"))
    return blocks(document(task.attributes.get("container_definitions"))) if task else []


def listeners_of(graph: Graph, balancer: Resource) -> list[Resource]:
    """A load balancer's listeners."""
    return [user for user in graph.users(balancer) if user.type in LISTENERS]


def is_public(balancer: Resource) -> bool | None:
    """Tell whether a load balancer faces the internet, if that is known."""
    internal = flag(balancer.attributes.get("internal"), default=False)
    return None if internal is None else not internal


def target_groups_of(graph: Graph, listener: Resource) -> set[str]:
    """The addresses of the target groups to which a listener and its rules forward."""
    rules = [user for user in graph.users(listener) if user.type in _LISTENER_RULES]
    actions = [*blocks(listener.attributes.get("default_action"))]
    actions += [action for rule in rules for action in blocks(rule.attributes.get("action"))]
    found = set()
    for action in actions:
        found |= {ref.address for ref in refs_in(action.get("target_group_arn"))}
        for forward in blocks(action.get("forward")):
            found |= {r.address for block in blocks(forward.get("target_group")) for r in refs_in(block.get("arn"))}
    return found


def _from_clients(graph: Graph) -> Iterator[Need]:
    for balancer in _balancers(graph):
        if not is_public(balancer):
            continue
        for listener in listeners_of(graph, balancer):
            port = number(graph.resolved(listener.attributes.get("port")))
            if port is not None:
                yield Need("client", None, balancer, port, "requests from the internet", listener)


def _balancers(graph: Graph) -> list[Resource]:
    return [balancer for kind in _BALANCERS for balancer in graph.of_type(kind)]


def _from_load_balancers(graph: Graph, service: Resource) -> Iterator[Need]:
    for block in blocks(service.attributes.get("load_balancer")):
        group, port = graph.target(block.get("target_group_arn")), number(graph.resolved(block.get("container_port")))
        if group is None:
            continue
        for balancer in balancers_of(graph, group):
            if flag(group.attributes.get("preserve_client_ip")) or port is None:
                continue
            yield Need("target", balancer, service, port, "requests", service)
            checked = next(iter(blocks(group.attributes.get("health_check"))), {}).get("port")
            if checked not in (None, "traffic-port") and number(checked) not in (None, port):
                yield Need("target", balancer, service, number(checked) or port, "health checks", service)


def balancers_of(graph: Graph, group: Resource) -> list[Resource]:
    """The load balancers that forward to a target group."""
    found = {}
    for listener in (resource for kind in LISTENERS for resource in graph.of_type(kind)):
        balancer = graph.target(listener.attributes.get("load_balancer_arn"))
        if balancer and balancer.type in _BALANCERS and group.address in graph.derived(_forwarding)[listener.address]:
            found[balancer.address] = balancer
    return list(found.values())


def _forwarding(graph: Graph) -> dict[str, set[str]]:
    return {
        listener.address: target_groups_of(graph, listener) for kind in LISTENERS for listener in graph.of_type(kind)
    }


def _calls(graph: Graph, service: Resource, containers: list[Mapping[str, Value]]) -> Iterator[Need]:
    for container in containers:
        for variable in blocks(container.get("environment")):
            for balancer, port in _called(graph, variable.get("value")):
                if port is not None and is_public(balancer) is not None:
                    why = f"calls, as {_plain(variable.get('name'))} says"
                    yield Need("call", service, balancer, port, why, service)


def _plain(value: Value) -> str:
    return value[:60] if isinstance(value, str) else "a variable"


def _called(graph: Graph, value: Value) -> Iterator[tuple[Resource, int | None]]:
    """The load balancers whose address stands in a value, and the port at which they are called."""
    value = graph.resolved(value)
    parts = value.parts if isinstance(value, Text) else (value,)
    for position, part in enumerate(parts):
        balancer = graph.target(part) if isinstance(part, Ref) and part.attribute == "dns_name" else None
        if balancer and balancer.type in _BALANCERS:
            before = parts[position - 1] if position else ""
            after = parts[position + 1] if position + 1 < len(parts) else ""
            yield balancer, _port_called(graph, balancer, before, after)
        elif isinstance(part, str) and len(parts) == 1:
            yield from _called_by_name(graph, part)


def _port_called(graph: Graph, balancer: Resource, before: Value, after: Value) -> int | None:
    """The port of a URL; of a bare host name, the port of the only listener."""
    explicit = _PORT.match(after) if isinstance(after, str) else None
    if explicit:
        return int(explicit[1])
    scheme = _SCHEME.search(before) if isinstance(before, str) else None
    if scheme:
        return _PORT_OF_SCHEME.get(scheme[1])
    ports = {number(graph.resolved(listener.attributes.get("port"))) for listener in listeners_of(graph, balancer)}
    return ports.pop() if len(ports) == 1 and not isinstance(after, Ref) else None


def _called_by_name(graph: Graph, text: str) -> Iterator[tuple[Resource, int | None]]:
    url = _URL.match(text[:300])
    balancer = graph.derived(_balancers_by_name).get(url[2].lower().rstrip(".")) if url else None
    if url and balancer:
        yield balancer, int(url[3]) if url[3] else _PORT_OF_SCHEME[url[1]]


def _balancers_by_name(graph: Graph) -> dict[str, Resource]:
    """Load balancers by the host names whose alias records lead to them."""
    found = {}
    for record in graph.of_type("aws_route53_record"):
        name = graph.resolved(record.attributes.get("name"))
        for alias in blocks(record.attributes.get("alias")):
            target = graph.target(alias.get("name"))
            if isinstance(name, str) and target and target.type in _BALANCERS:
                found[name.lower().rstrip(".")] = target
    return found


def _to_databases(graph: Graph, service: Resource, containers: list[Mapping[str, Value]]) -> Iterator[Need]:
    for database in databases_of(graph, containers):
        port = _database_port(graph, database)
        if port is not None:
            yield Need("database", service, database, port, "queries", service)


def databases_of(graph: Graph, containers: list[Mapping[str, Value]]) -> list[Resource]:
    """The databases whose address containers are given, directly or inside a secret; a password alone calls nobody."""
    given = [container.get(key) for container in containers for key in ("environment", "secrets")]
    direct = [target for ref in refs_in(given) if "secret_arn" not in ref.attribute and (target := graph.target(ref))]
    holders = [target for target in direct if target.type in _SECRET_HOLDERS and target.mode == "resource"]
    held = [user for holder in holders for user in (holder, *graph.users(holder, "aws_secretsmanager_secret_version"))]
    indirect = [target for user in held for ref in refs_in(user.attributes) if (target := graph.target(ref))]
    found = [target for target in (*direct, *indirect) if target.type in DATABASE_PORTS and target.mode == "resource"]
    return list({target.address: target for target in found}.values())


def _database_port(graph: Graph, database: Resource) -> int | None:
    written = database.attributes.get("port")
    if written is not None:
        return number(graph.resolved(written))
    source = graph.target(database.attributes.get("replicate_source_db"))
    if source is not None and source is not database:
        return _database_port(graph, source) if source.attributes.get("replicate_source_db") is None else None
    engine = database.attributes.get("engine", "")
    known = DATABASE_PORTS[database.type].items()
    return next((port for name, port in known if isinstance(engine, str) and engine.startswith(name)), None)


def _to_aws(graph: Graph, service: Resource, containers: list[Mapping[str, Value]]) -> Iterator[Need]:
    if not _is_fargate(graph, service):
        return
    for container in containers:
        kind = image_home(graph, container.get("image"))
        if kind == "ecr":
            for name in ("ecr.api", "ecr.dkr", "s3"):
                yield Need("aws", service, None, 443, "pulling its image", service, name)
        elif kind == "internet":
            yield Need("image", service, None, 443, f"pulling {_plain(container.get('image'))}", service)
        logging = next(iter(blocks(container.get("logConfiguration"))), {})
        if logging.get("logDriver") == "awslogs":
            yield Need("aws", service, None, 443, "writing logs", service, "logs")
        for secret in blocks(container.get("secrets")):
            yield Need(
                "aws", service, None, 443, "injecting secrets", service, _store_of(graph, secret.get("valueFrom"))
            )
    if flag(service.attributes.get("enable_execute_command"), default=False):
        yield Need("aws", service, None, 443, "opening shells", service, "ssmmessages")


def _is_fargate(graph: Graph, service: Resource) -> bool:
    if service.attributes.get("launch_type") == "FARGATE":
        return True
    shares = blocks(service.attributes.get("capacity_provider_strategy"))
    if any(share.get("capacity_provider") in ("FARGATE", "FARGATE_SPOT") for share in shares):
        return True
    task = graph.target(service.attributes.get("task_definition"))
    required = items(task.attributes.get("requires_compatibilities")) if task else []
    return required == ["FARGATE"] and "launch_type" not in service.attributes and not shares


def image_home(graph: Graph, image: Value) -> str | None:
    """Where an image lies: `ecr` in this or another account, `internet`, or None where that is not known."""
    target = next((graph.target(ref) for ref in refs_in(image)), None)
    if target is not None:
        return "ecr" if target.type == "aws_ecr_repository" else None
    if not isinstance(image, str) or not image:
        return None
    return "ecr" if _ECR.match(image) else "internet"


def _store_of(graph: Graph, value: Value) -> str:
    """Which service holds a secret: Parameter Store where its parameter is named, else Secrets Manager."""
    target = next((graph.target(ref) for ref in refs_in(value)), None)
    if target is not None:
        return "ssm" if target.type == "aws_ssm_parameter" else "secretsmanager"
    text = value if isinstance(value, str) else next(iter(getattr(value, "parts", ("",))), "")
    is_parameter = isinstance(text, str) and (":ssm:" in text or not text.startswith("arn:"))
    return "ssm" if is_parameter and text else "secretsmanager"


def _to_file_systems(graph: Graph, service: Resource) -> Iterator[Need]:
    task = graph.target(service.attributes.get("task_definition"))
    for volume in blocks(task.attributes.get("volume")) if task else []:
        for settings in blocks(volume.get("efs_volume_configuration")):
            system = graph.target(settings.get("file_system_id"))
            for mount in graph.users(system, "aws_efs_mount_target") if system else ():
                yield Need("file system", service, mount, 2049, "mounting a file system", service)
