"""Where jobs run: for each an output that is the input of `aws ecs run-task`, and which proofs read."""

from collections.abc import Iterator

from msgspec import Struct

from stage3c.graph import Output, Ref, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.logs import log_group_name
from stage3c.resources.naming import tier_subnets
from stage3c.resources.services import PLATFORM
from stage3c.resources.tasks import task_of_job


def jobs(stack: Stack) -> Iterator[tuple[str, Output]]:
    """One output for each job, by name; `terraform output -json migrate_job` is what `--cli-input-json` takes.

    https://docs.amazonaws.cn/sdkforruby/api/Aws/ECS/Types/RunTaskRequest.html (2026-11-28)
    """
    for name, job in stack.jobs.items():
        service = stack.services[job.like]
        interfaces: dict[str, Value] = {
            "subnets": tier_subnets(stack, service.subnets),
            "securityGroups": [Ref(f"aws_security_group.service_{job.like}")],
            "assignPublicIp": "ENABLED" if service.assign_public_ip else "DISABLED",
        }
        task: dict[str, Value] = {
            "cluster": Ref("aws_ecs_cluster.main", "name"),
            "taskDefinition": Ref(f"aws_ecs_task_definition.{task_of_job(stack, name).name}", "arn"),
            "launchType": "FARGATE",
            "platformVersion": PLATFORM,
            "networkConfiguration": {"awsvpcConfiguration": interfaces},
            "propagateTags": "TASK_DEFINITION",
            "enableECSManagedTags": True,
        }
        yield output_of(name), Output(task, f"What aws ecs run-task needs to run job {name}")


class JobHome(Struct, frozen=True):
    """A job as those who run it see it: its output, its task definition and its log."""

    name: str
    like: str
    is_before_release: bool
    timeout_minutes: int
    output: str
    address: str
    container: str
    log_group: str
    stream_prefix: str
    """Before a slash and the id of the task: the prefix and the name of the container."""


def job_homes(stack: Stack) -> list[JobHome]:
    """The jobs of a stack, in the order of the spec."""
    return [_home(stack, name) for name in stack.jobs]


def _home(stack: Stack, name: str) -> JobHome:
    job, task = stack.jobs[name], task_of_job(stack, name)
    return JobHome(
        name=name,
        like=job.like,
        is_before_release=job.run == "before_release",
        timeout_minutes=job.timeout_minutes,
        output=output_of(name),
        address=f"aws_ecs_task_definition.{task.name}",
        container=task.key,
        log_group=log_group_name(stack, task.key),
        stream_prefix=f"{task.key}/{task.key}",
    )


def output_of(job: str) -> str:
    """The name of a job's output."""
    return f"{job}_job"
