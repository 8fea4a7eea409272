"""The flows without which a stack cannot work, derived from its resources and declared nowhere a second time.

Owns who needs whom: clients the public listeners, load balancers their targets, services what they call and query, and
every task what it starts from. Whether these flows pass is `proofs`' business.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Resource, Value, blocks, flag, number, refs_in
from stage3c.reach.aws_services import AwsService, in_region, region_in
from stage3c.reach.calls import called, port_beside, ports_given
from stage3c.views.arns import home_region, written
from stage3c.views.databases import databases_of, port_of
from stage3c.views.discovery import named_calls
from stage3c.views.load_balancers import balancers_of, load_balancers
from stage3c.views.runners import runners
from stage3c.views.services import Service
from stage3c.views.tasks import file_systems

_ECR: Final = re.compile(r"[0-9]{12}\.dkr\.ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/")


class Need(Struct, frozen=True):
    """One flow: from a resource (None: clients on the internet) to a port of another, or of an AWS service."""

    kind: str  # client | target | call | database | aws | image | file system
    source: Resource | None
    target: Resource | None
    port: int
    why: str
    origin: Resource
    service: AwsService | None = None

    @property
    def ends(self) -> tuple[str, str]:
        """Where the flow starts and where it ends, in words."""
        source = self.source.address if self.source else "clients"
        return source, self.target.address if self.target else self.service.text if self.service else "the internet"

    @property
    def text(self) -> str:
        """The flow in one line."""
        source, target = self.ends
        return f"{source} -> {target} tcp/{self.port}"


def needed_flows(graph: Graph) -> list[Need]:
    """Every flow that the stack needs, each once."""
    needs = [*_from_clients(graph)]
    for service in runners(graph).values():
        if service.resource.certain:
            needs += _from_load_balancers(graph, service)
            needs += _calls(graph, service)
            needs += _by_name(graph, service)
            needs += _to_databases(graph, service)
            needs += _to_aws(graph, service)
            needs += _to_file_systems(graph, service)
    return list({(need.kind, need.ends, need.port): need for need in needs}.values())


def _from_clients(graph: Graph) -> Iterator[Need]:
    for balancer in load_balancers(graph):
        for listener in balancer.listeners if balancer.is_public else ():
            if listener.port is not None:
                why = "requests from the internet"
                yield Need("client", None, balancer.resource, listener.port, why, listener.resource)


def _from_load_balancers(graph: Graph, service: Service) -> Iterator[Need]:
    resource = service.resource
    for target in service.targets:
        group, port = target.group, target.port
        for balancer in balancers_of(graph, group) if group else ():
            if group is None or port is None or flag(group.attributes.get("preserve_client_ip")):
                continue
            yield Need("target", balancer, resource, port, "requests", resource)
            checked = number(next(iter(blocks(group.attributes.get("health_check"))), {}).get("port"))
            if checked not in (None, port):
                yield Need("target", balancer, resource, checked or port, "health checks", resource)


def _calls(graph: Graph, service: Service) -> Iterator[Need]:
    given = ((container, variable) for container in service.containers for variable in container.environment)
    for container, variable in given:
        for balancer, written_port in called(graph, variable.get("value")):
            port = port_beside(graph, container, variable.get("name")) or written_port
            if port is not None and balancer.is_public is not None:
                why = f"calls the URL in {_plain(variable.get('name'))}"
                yield Need("call", service.resource, balancer.resource, port, why, service.resource)


def _by_name(graph: Graph, service: Service) -> Iterator[Need]:
    """Calls of a name in Cloud Map or Service Connect go straight to the tasks registered under it."""
    for container in service.containers:
        for call in named_calls(graph, service, container):
            given = port_beside(graph, container, call.variable) or call.port
            for server in call.published.servers if call.published else ():
                ports = call.published.ports if call.published else None
                port = given if ports is None or given is None else ports.get(given)
                if port is not None and server.resource is not service.resource:
                    why = f"calls {call.name}, given as {call.variable}"
                    yield Need("call", service.resource, server.resource, port, why, service.resource)


def _plain(value: Value) -> str:
    return value[:60] if isinstance(value, str) else "a variable"


def _to_databases(graph: Graph, service: Service) -> Iterator[Need]:
    for database in databases_of(graph, service.containers):
        listening = port_of(graph, database)
        given = ports_given(graph, service.containers, database) or ({listening} if listening is not None else set())
        for port in sorted(given):
            yield Need("database", service.resource, database, port, "queries", service.resource)


def _to_aws(graph: Graph, service: Service) -> Iterator[Need]:
    for kind, why, name in _started_from(graph, service) if service.runs_on_fargate else ():
        yield Need(kind, service.resource, None, 443, why, service.resource, name)


def _started_from(graph: Graph, service: Service) -> Iterator[tuple[str, str, AwsService | None]]:
    """What a service's tasks ask of AWS or of the internet: the kind of flow, its reason and the service."""
    asker = service.resource
    for container in service.containers:
        image = container.written.get("image")
        home = image_home(graph, image)
        if home == "ecr":
            region = _registry_region(graph, image, asker)
            for name in ("ecr.api", "ecr.dkr", "s3"):
                yield "aws", "image pull", in_region(graph, name, region, asker)
        elif home == "internet":
            yield "image", f"pull of {_plain(image)}", None
        logging = next(iter(container.logging), {})
        if logging.get("logDriver") == "awslogs":
            yield "aws", "logs", in_region(graph, "logs", _region_of_logs(graph, logging, asker), asker)
        for secret in container.secrets:
            store, region = _store_of(graph, secret.get("valueFrom")), _region_of_secret(graph, secret, asker)
            yield "aws", "secrets", in_region(graph, store, region, asker)
    if flag(service.resource.attributes.get("enable_execute_command"), default=False):
        yield "aws", "ECS Exec", AwsService("ssmmessages")


def _registry_region(graph: Graph, image: Value, asker: Resource) -> str:
    target = next((graph.target(ref) for ref in refs_in(image)), None)
    if target is not None:
        return home_region(graph, target)
    host = _ECR.match(image) if isinstance(image, str) else None
    return host["region"] if host else home_region(graph, asker)


def _region_of_logs(graph: Graph, logging: Mapping[str, Value], asker: Resource) -> str:
    options = logging.get("options")
    region = options.get("awslogs-region") if isinstance(options, Mapping) else None
    return home_region(graph, asker) if region is None else written(graph, region) or "«region»"


def _region_of_secret(graph: Graph, secret: Mapping[str, Value], asker: Resource) -> str:
    """The region of a secret: that of its ARN; a parameter may be named without one."""
    value = secret.get("valueFrom")
    target = next((graph.target(ref) for ref in refs_in(value)), None)
    if target is not None and target.mode == "resource":
        return home_region(graph, target)
    return region_in(written(graph, value)) or home_region(graph, asker)


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


def _to_file_systems(graph: Graph, service: Service) -> Iterator[Need]:
    for system in file_systems(graph, service.task.resource) if service.task else ():
        for mount in graph.users(system, "aws_efs_mount_target"):
            yield Need("file system", service.resource, mount, 2049, "file system mount", service.resource)
