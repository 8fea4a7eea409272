"""Task definitions: one container each, with exactly the variables of its contract."""

import json
from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Text, Value
from stage3c.language.model.service import LiveCheck, Service
from stage3c.language.model.stack import Stack
from stage3c.resources.contract import variables
from stage3c.resources.firewalls import admissions
from stage3c.resources.identity import policies_of
from stage3c.resources.naming import named
from stage3c.resources.network import way_of_nat
from stage3c.resources.services import way_to_aws
from stage3c.resources.tasks import Task, tasks


def task_definitions(stack: Stack) -> Iterator[Resource]:
    """One task definition for each service and job."""
    for task in tasks(stack):
        service = stack.services[task.like]
        attributes: dict[str, Value] = {
            "family": named(stack, "aws_ecs_task_definition.family", task.key),
            "requires_compatibilities": ["FARGATE"],
            "network_mode": "awsvpc",
            "cpu": str(service.cpu),
            "memory": str(service.memory_mib),
            "execution_role_arn": Ref(f"aws_iam_role.{task.name}_execution", "arn"),
            "task_role_arn": Ref(f"aws_iam_role.{task.name}_task", "arn"),
            "runtime_platform": [
                {"operating_system_family": "LINUX", "cpu_architecture": service.architecture.upper()}
            ],
            # Otherwise each release deregisters the revision that a rollback needs.
            "skip_destroy": True,
            "container_definitions": Json([_container(stack, task)]),
            **_storage(service),
        }
        waits = tuple(_waits(stack, task)) if task.kind == "job" else ()
        yield Resource("aws_ecs_task_definition", task.name, attributes, Origin(task.path), depends_on=waits)


def _waits(stack: Stack, task: Task) -> Iterator[str]:
    """What a job needs before it runs: a targeted apply of its task definition makes all of it, and no service."""
    yield "aws_ecs_cluster.main"
    yield from policies_of(stack, task)
    yield from way_to_aws(stack, task.like)
    yield from way_of_nat(stack)
    yield from admissions(stack, task.like)


def _storage(service: Service) -> dict[str, Value]:
    blocks: dict[str, Value] = {}
    if service.ephemeral_storage_gib:
        blocks["ephemeral_storage"] = [{"size_in_gib": service.ephemeral_storage_gib}]
    if service.writable_paths:
        blocks["volume"] = [{"name": f"writable-{number}"} for number in range(len(service.writable_paths))]
    return blocks


def _container(stack: Stack, task: Task) -> dict[str, Value]:
    """The container as ECS stores it: what it fills in itself is written out, so that no plan differs."""
    service, given = stack.services[task.like], variables(stack, task.like)
    image = service.image or Text(Ref(f"aws_ecr_repository.{task.like}", "repository_url"), f":{service.tag}")
    container: dict[str, Value] = {
        "name": task.key,
        "image": image,
        "essential": True,
        "cpu": 0,
        "environment": [{"name": v.name, "value": v.value} for v in given if not v.is_secret],
        "secrets": [{"name": v.name, "valueFrom": v.value} for v in given if v.is_secret],
        "portMappings": _ports(service) if task.kind == "service" else [],
        "mountPoints": [
            {"sourceVolume": f"writable-{number}", "containerPath": path, "readOnly": False}
            for number, path in enumerate(service.writable_paths)
        ],
        "volumesFrom": [],
        "systemControls": [],
        "readonlyRootFilesystem": service.read_only_root,
        "stopTimeout": service.stop_timeout_seconds,
        "logConfiguration": _logging(stack, task),
        # An init process reaps what a shell of `exec`, or the application, leaves behind.
        "linuxParameters": {"initProcessEnabled": True},
    }
    optional: dict[str, Value] = {
        "command": task.command,
        "user": service.user,
        "healthCheck": _health_check(service) if task.kind == "service" else None,
    }
    return {**container, **{key: value for key, value in optional.items() if value is not None}}


def _ports(service: Service) -> list[Value]:
    if service.port is None:
        return []
    return [{"containerPort": service.port, "hostPort": service.port, "protocol": "tcp"}]


def _logging(stack: Stack, task: Task) -> dict[str, Value]:
    options: dict[str, Value] = {
        "awslogs-group": Ref(f"aws_cloudwatch_log_group.{task.log_group}", "name"),
        "awslogs-region": stack.region,
        "awslogs-stream-prefix": task.key,
    }
    return {"logDriver": "awslogs", "options": options}


def _health_check(service: Service) -> dict[str, Value] | None:
    live = service.health.live
    command = _live_command(live, service.port) if live else None
    if live is None or command is None:
        return None
    return {
        "command": command,
        "interval": live.interval_seconds,
        "timeout": live.timeout_seconds,
        "retries": live.retries,
        "startPeriod": service.health.startup_seconds,
    }


def _live_command(live: LiveCheck, port: int | None) -> list[Value] | None:
    """What asks inside the container; no shell, so nothing in the path can be one."""
    if live.command:
        return list(live.command)
    url = f"http://127.0.0.1:{port or 80}{live.path}"
    seconds = live.timeout_seconds
    match live.probe:
        case "python":
            return ["CMD", "python", "-c", f"import urllib.request as u; u.urlopen({url!r}, timeout={seconds})"]
        case "node":
            asked = f"fetch({json.dumps(url)}).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
            return ["CMD", "node", "-e", asked]
        case "curl":
            return [
                "CMD",
                "curl",
                "--globoff",
                "--fail",
                "--silent",
                "--output",
                "/dev/null",
                "--max-time",
                str(seconds),
                url,
            ]
        case "wget":
            return ["CMD", "wget", "-q", "-O", "/dev/null", "-T", str(seconds), url]
        case None:
            return None
