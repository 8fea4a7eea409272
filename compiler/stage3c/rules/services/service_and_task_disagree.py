"""A service that asks for what its task does not have."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, is_known, items, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, containers, is_fargate, task_of
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each service against the task definition that it runs."""
    for service in graph.of_type("aws_ecs_service"):
        task = task_of(graph, service)
        if task is None or task.type != "aws_ecs_task_definition" or task.mode != "resource":
            continue
        known = containers(task)
        for block in blocks(service.attributes.get("load_balancer")):
            yield from _target(graph, service, block, known)
        if is_fargate(service):
            yield from _fargate(task)
        yield from _capacity(graph, service)
        yield from _launch(graph, service, task)


def _target(graph: Graph, service: Resource, block: Container, known: list[Container]) -> Iterator[Finding]:
    name = graph.resolved(block.get("container_name"))
    if not known or not isinstance(name, str) or not all(isinstance(c.get("name"), str) for c in known):
        return
    names = {str(container.get("name")): container for container in known}
    if name not in names:
        yield at(
            service,
            f'names the container "{name}", and its task has {listed(list(map(str, names)))}',
            "name one of them",
        )
        return
    port = number(graph.resolved(block.get("container_port")))
    mappings = names[name].get("portMappings")
    ports = {number(mapping.get("containerPort")) for mapping in blocks(mappings)}
    if port is not None and is_known(mappings) and None not in ports and port not in ports:
        shown = listed([str(each) for each in ports])
        yield at(
            service, f'sends to port {port} of "{name}", which opens {shown}', "name a port that the container opens"
        )


def _launch(graph: Graph, service: Resource, task: Resource) -> Iterator[Finding]:
    """Without a launch type and a strategy, its own or the cluster's, a service runs on EC2."""
    launch, strategy = (service.attributes.get(key) for key in ("launch_type", "capacity_provider_strategy"))
    if isinstance(launch, str) and blocks(strategy):
        yield at(service, f"names launch_type {launch[:40]} and a capacity_provider_strategy", "remove one of the two")
    if launch is not None or strategy is not None:
        return
    cluster = graph.target(service.attributes.get("cluster"))
    if cluster is None or cluster.mode != "resource" or graph.is_handed_out(cluster):
        return
    defaults = [user.attributes.get("default_capacity_provider_strategy") for user in (cluster, *graph.users(cluster))]
    if items(task.attributes.get("requires_compatibilities")) == ["FARGATE"] and not any(defaults):
        yield at(
            service,
            "names no launch type, so it asks for EC2, and its task is for Fargate",
            'set launch_type = "FARGATE"',
        )


def _capacity(graph: Graph, service: Resource) -> Iterator[Finding]:
    """A strategy may name what its cluster has been given, where the stack makes that cluster."""
    cluster = graph.target(service.attributes.get("cluster"))
    if cluster is None or cluster.mode != "resource" or graph.is_handed_out(cluster):
        return
    given = [
        user.attributes.get("capacity_providers") for user in graph.users(cluster, "aws_ecs_cluster_capacity_providers")
    ]
    names = {
        name
        for value in (*given, cluster.attributes.get("capacity_providers"))
        for name in items(value)
        if isinstance(name, str)
    }
    if not is_known(given):
        return
    for name in sorted(
        name for name in names if name.startswith("FARGATE") and name not in ("FARGATE", "FARGATE_SPOT")
    ):
        yield at(
            cluster,
            f'is given the capacity provider "{name[:40]}", which does not exist',
            "name FARGATE or FARGATE_SPOT",
        )
    for share in blocks(service.attributes.get("capacity_provider_strategy")):
        provider = share.get("capacity_provider")
        if isinstance(provider, str) and provider not in names:
            yield at(
                service, f"asks for {provider}, which {cluster.address} was not given", "add it to capacity_providers"
            )


def _fargate(task: Resource) -> Iterator[Finding]:
    attributes = task.attributes
    compatible = attributes.get("requires_compatibilities")
    if is_known(compatible) and "FARGATE" not in items(compatible):
        yield at(
            task, "does not require FARGATE, on which a service runs it", 'set requires_compatibilities = ["FARGATE"]'
        )
    if is_known(attributes.get("network_mode")) and attributes.get("network_mode") != "awsvpc":
        yield at(task, "has no network_mode awsvpc, which Fargate asks for", 'set network_mode = "awsvpc"')
    cpu, memory = number(attributes.get("cpu")), number(attributes.get("memory"))
    if not is_known(attributes.get("cpu")) or not is_known(attributes.get("memory")):
        return
    if (attributes.get("cpu") is None) != (cpu is None) or (attributes.get("memory") is None) != (memory is None):
        return  # "1 vCPU" and "2 GB" are legal too
    sizes = {int(units): row for units, row in load("fargate")["memory_mib_by_cpu"].items()}
    if cpu is None or memory is None or cpu not in sizes or memory not in _sizes(sizes[cpu]):
        yield at(
            task,
            f"asks for {cpu} CPU units and {memory} MiB, a size that Fargate does not have",
            "choose a size of Fargate",
        )


def _sizes(row: object) -> list[int]:
    return [int(size) for size in row] if isinstance(row, list) else []


RULE = Rule(
    id="SVC202",
    scope="terraform",
    title="Service and task definition disagree",
    what="A service names a container or a port that its task definition lacks, or runs it on Fargate, which it does not fit.",
    why="AWS refuses the service at apply: the container does not exist in the task definition.",
    fix="Name the container and its port as the task definition does; for Fargate use awsvpc and a size that exists.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  target_type = "ip"
  protocol    = "HTTP"
  health_check {
    path = "/health"
  }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
""",
    good_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  target_type = "ip"
  protocol    = "HTTP"
  health_check {
    path = "/health"
  }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}
""",
    check_graph=check,
)
