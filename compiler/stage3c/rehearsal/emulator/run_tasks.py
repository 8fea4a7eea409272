"""Tasks that no service runs: they run until their end is submitted.

That is done by `submit_task_state_change`, as the agent of ECS calls it: for one task by its ARN, or beforehand for
all tasks of a family by its name.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitTaskStateChange.html (2026-11-28)
"""

from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.responses import EC2ContainerServiceResponse as Response


def extend() -> None:
    """A new task runs until its end is submitted, or ends at once if that of its family was submitted before."""
    Response.submit_task_state_change = _submitted  # type: ignore[attr-defined] # an extension
    run, measure = Backend.run_task, Backend._calculate_task_resource_requirements

    def measured(definition: Any) -> Any:
        """On Fargate a container need not say its memory."""
        containers = [{"memory": 0, **each} for each in definition.container_definitions]
        return measure(SimpleNamespace(container_definitions=containers))  # type: ignore[arg-type] # all that is read

    Backend._calculate_task_resource_requirements = staticmethod(measured)  # type: ignore[assignment] # likewise

    def run_until_told(backend: Any, *arguments: Any, **more: Any) -> Any:
        tasks: Any = run(backend, *arguments, **more)
        for task in tasks:
            task._transitions = []
            for container in task.containers:
                container.exitCode = None
            ends = getattr(backend, "ends", {})
            family = task.task_definition_arn.rpartition("/")[2].partition(":")[0]
            if family in ends:
                _end(task, ends[family])
        return tasks

    Backend.run_task = run_until_told  # type: ignore[method-assign,assignment] # an extension


def _submitted(response: Any) -> ActionResult:
    backend, cluster = response.ecs_backend, response._get_param("cluster", "default").rpartition("/")[2]
    told = {name: response._get_param(name) for name in ("task", "status", "reason", "containers")}
    task = backend.tasks.get(cluster, {}).get(told["task"])
    if task is None:
        backend.ends = {**getattr(backend, "ends", {}), told["task"]: told}
    elif told["status"] == "STOPPED":
        _end(task, told)
    return ActionResult({"acknowledgment": "ACCEPT"})


def _end(task: Any, told: Any) -> None:
    task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason = told["reason"] or "Essential container in task exited"
    for container in told["containers"] or ():
        for own in task.containers:
            if own.name == container.get("containerName"):
                own.exitCode, own.reason = container.get("exitCode"), container.get("reason")
