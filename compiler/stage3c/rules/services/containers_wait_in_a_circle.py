"""Containers depend on each other in a way that ECS does not accept."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks, flag, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, Task, tasks
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Judge the task definitions whose containers are all known."""
    for task in tasks(graph).values():
        if task.is_complete and all(isinstance(each.written.get("name"), str) for each in task.containers):
            for fault in (*_circle(task), *_of_conditions(task), *_of_limits(task)):
                yield at(task.resource, *fault)


def _needs(container: Container) -> list[tuple[str, str]]:
    """The containers that one depends on, each with its condition."""
    needed = blocks(container.written.get("dependsOn"))
    return [(str(each.get("containerName")), str(each.get("condition"))) for each in needed]


def _circle(task: Task) -> Iterator[tuple[str, str]]:
    waits = {each.label: {name for name, _ in _needs(each) if name != each.label} for each in task.containers}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        yield (
            f"has containers that depend on each other: {listed(list(dict.fromkeys(error.args[1])))}",
            "remove one dependsOn",
        )


def _of_conditions(task: Task) -> Iterator[tuple[str, str]]:
    essential = {each.label: flag(each.written.get("essential"), default=True) for each in task.containers}
    for container in task.containers:
        for name, condition in _needs(container):
            if condition in ("SUCCESS", "COMPLETE") and essential.get(name) is True:
                cause = f'waits until container "{name[:60]}" has ended, but that one is essential'
                yield cause, "set essential = false on it"


def _of_limits(task: Task) -> Iterator[tuple[str, str]]:
    for container in task.containers:
        for limit in blocks(container.written.get("ulimits")):
            soft, hard = number(limit.get("softLimit")), number(limit.get("hardLimit"))
            if soft is not None and hard is not None and 0 <= hard < soft:
                yield f"has a ulimit with softLimit {soft} and hardLimit {hard}", f"set hardLimit = {soft} or more"


RULE = Rule(
    id="SVC231",
    scope="terraform",
    title="Containers wait for each other in a circle",
    what="Containers depend on each other, one waits for the end of an essential one, or a soft limit is over the hard one.",
    why="ECS rejects the task definition: a container could never start.",
    fix="Remove one dependsOn, or set `essential = false` on the container that ends.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([
    {
      name      = "migration"
      image     = "shop:1.0.0"
      essential = true
    },
    {
      name         = "web"
      image        = "shop:1.0.0"
      portMappings = [{ containerPort = 8080 }]
      dependsOn    = [{ containerName = "migration", condition = "SUCCESS" }]
    },
  ])
}
""",
    check_graph=check,
)
