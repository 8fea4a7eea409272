"""The tasks of ECS services, of which moto has none: those that run, and the last ones that stopped, each with its reason."""

from types import SimpleNamespace
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.models import Task
from moto.logs.models import logs_backends

from stage3c.rehearsal.emulator.starts import StoppedTask

_STOPPED_MAX: Final = 10


def extend() -> None:
    """List tasks by their service, and those that run unless others are asked for; remove them with their service.

    https://docs.amazonaws.cn/goto/WebAPI/ecs-2014-11-13/ListTasks (2026-11-28)
    """
    listed, delete = Backend.list_tasks, Backend.delete_service

    def list_of_service(  # noqa: PLR0913, PLR0917 - as moto has it
        backend: Any,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desiredStatus: str | None = None,  # noqa: N803 - likewise
    ) -> Any:
        found = listed(backend, None, container_instance, family, started_by, None, desiredStatus)
        cluster = backend._get_cluster(cluster_str).arn if cluster_str else None  # moto also lists shop-eu's for shop
        group, wanted = _group(service_name.split("/")[-1]) if service_name else None, desiredStatus or "RUNNING"
        return [
            each
            for each in found
            if cluster in (None, each.cluster_arn) and group in (None, each.group) and each.desired_status == wanted
        ]

    def delete_with_tasks(backend: Any, *arguments: Any, **named: Any) -> Any:
        service = delete(backend, *arguments, **named)
        _forget(service, ("RUNNING", "STOPPED"))
        return service

    Backend.list_tasks = list_of_service  # type: ignore[method-assign,assignment] # an extension
    Backend.delete_service = delete_with_tasks  # type: ignore[method-assign,assignment] # likewise


def running(service: Any) -> None:
    """As many tasks as are desired, of the definition that is deployed."""
    _forget(service, ("RUNNING",))
    for _ in range(service.desired_count):
        _make(service)


def stopped(service: Any, why: StoppedTask) -> None:
    """One task that stopped, with what its container wrote into its log."""
    task = _make(service)
    task.desired_status = task.last_status = "STOPPED"
    task.stopped_reason = why.reason
    for container in task.containers:
        container.last_status, container.exitCode = "STOPPED", why.exit_code
    _write(service, task, why.log)
    old = [each for each in _of(service) if each.desired_status == "STOPPED"]
    for each in old[:-_STOPPED_MAX]:
        _tasks(service).pop(each.task_arn)


def _write(service: Any, task: Any, lines: tuple[str, ...]) -> None:
    container = service._backend.describe_task_definition(task.task_definition_arn).container_definitions[0]
    options = (container.get("logConfiguration") or {}).get("options") or {}
    group, logs = options.get("awslogs-group"), logs_backends[service._account_id][service.region_name]
    if lines and group in logs.groups:
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{task.id}"
        logs.create_log_stream(group, stream)
        now = int(task.started_at.timestamp() * 1000)
        logs.put_log_events(group, stream, [{"timestamp": now, "message": line} for line in lines])


def _make(service: Any) -> Any:
    """A task without moto's network interface, since `interfaces` has one for the service."""
    backend = service._backend
    definition = backend.describe_task_definition(service.task_definition)
    cluster = backend._get_cluster(service.cluster_name)
    plain = SimpleNamespace(
        arn=definition.arn, container_definitions=definition.container_definitions, network_mode=None
    )
    task = Task(cluster, plain, None, None, backend, _group(service.name))  # type: ignore[arg-type] # all that it reads
    task.launch_type = service.launch_type or "FARGATE"
    task.started_by, task.started_at = service.deployments[0]["id"], utcnow()  # type: ignore[attr-defined] # AWS has it
    task.advance = lambda: None  # type: ignore[method-assign] # it runs until it is stopped
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    return task


def _forget(service: Any, statuses: tuple[str, ...]) -> None:
    for each in [task for task in _of(service) if task.desired_status in statuses]:
        _tasks(service).pop(each.task_arn)


def _of(service: Any) -> list[Any]:
    return [each for each in _tasks(service).values() if each.group == _group(service.name)]


def _tasks(service: Any) -> dict[str, Any]:
    found: dict[str, Any] = service._backend.tasks.get(service.cluster_name, {})
    return found


def _group(service: str) -> str:
    return f"service:{service}"
