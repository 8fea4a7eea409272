"""What runs in containers: the tasks of services, and those of jobs, which are like a service's."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from stage3c.diagnostics import Path
from stage3c.language.model.stack import Stack


class Task(Struct, frozen=True):
    """One kind of task: what it is called in Terraform and in AWS, and the service whose image, variables and rights it has."""

    kind: Literal["service", "job"]
    name: str
    """In Terraform: `web`; `job_migrate`, which no key of a service can be."""
    key: str
    like: str
    path: Path
    command: list[str] | None

    @property
    def log_group(self) -> str:
        """The Terraform name of its log group."""
        return self.name if self.kind == "job" else f"service_{self.name}"


def tasks(stack: Stack) -> Iterator[Task]:
    """The tasks of every service, then of every job."""
    yield from (task_of_service(stack, name) for name in stack.services)
    yield from (task_of_job(stack, name) for name in stack.jobs)


def task_of_service(stack: Stack, name: str) -> Task:
    """The tasks that a service keeps running."""
    service = stack.services[name]
    return Task("service", name, service.formerly or name, name, ("services", name), service.command)


def task_of_job(stack: Stack, name: str) -> Task:
    """The task that a job is."""
    job = stack.jobs[name]
    return Task("job", f"job_{name}", job.formerly or name, job.like, ("jobs", name), job.command)
