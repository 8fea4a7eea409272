"""Called name or port is not served."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.reach.calls import port_beside
from stage3c.rules.rule import Rule, at
from stage3c.views.discovery import NamedCall, Published, named_calls
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """Follow the names that containers are given to the services registered under them."""
    for service in services(graph).values():
        for container in service.containers:
            for call in named_calls(graph, service, container):
                port = port_beside(graph, container, call.variable) or call.port
                fault = _fault_of_name(graph, call) or _fault_of_port(call.published, call.name, port)
                if fault and service.task:
                    yield at(service.task.resource, f"gives {container.label} {call.variable}: {fault[0]}", fault[1])


def _fault_of_name(graph: Graph, call: NamedCall) -> tuple[str, str] | None:
    name = clip(call.name)
    if call.published is None:
        space = call.namespace
        is_shared = space is None or graph.is_handed_out(space) or any(r.address == space.address for r in graph.shown)
        fix = f'add an aws_service_discovery_service with name = "{name.partition(".")[0]}", or use a registered name'
        return None if is_shared else (f"no service has the name {name}", fix)
    if call.published.servers or call.published.may_have_others:
        return None
    entry = call.published.resource.address
    fix = f"add service_registries {{ registry_arn = {entry}.arn }} to the service"
    return f"no service registers under {name}", fix


def _fault_of_port(published: Published | None, name: str, port: int | None) -> tuple[str, str] | None:
    """A port that the alias, or no container of the services, has."""
    if published is None or port is None:
        return None
    open_ = {each for server in published.servers for c in server.containers for each in c.port_numbers}
    ports = set(published.ports) if published.ports is not None else open_
    if not ports or {None, port} & ports:
        return None
    open_ports = [str(each) for each in sorted(each for each in ports if each is not None)]
    return (
        f"{clip(name)} is called on port {port}, but listens on {', '.join(open_ports)}",
        f"use port {' or '.join(open_ports)}",
    )


RULE = Rule(
    id="NET280",
    scope="terraform",
    title="Called name or port is not served",
    severity=Severity.WARNING,
    what=(
        "A container is given a name of Cloud Map or Service Connect that no service registers, or a port on which the "
        "service does not listen."
    ),
    why="The name does not resolve, or every connection is refused.",
    fix="Register a service under the name with `service_registries`, and call the port of its container.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html (2026-11-28)",
    bad_terraform="""\
resource "aws_service_discovery_private_dns_namespace" "shop" {
  name = "shop.internal"
  vpc  = aws_vpc.main.id
}

resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "ORDERS_URL", value = "http://orders.shop.internal:9000" }]
  }])
}
""",
    check_graph=check,
)
