"""A log group for each service and job, made before anything writes to it."""

from collections.abc import Iterator

from stage3c.graph import Origin, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named
from stage3c.resources.tasks import tasks


def logs(stack: Stack) -> Iterator[Resource]:
    """The log groups of the services and jobs."""
    for task in tasks(stack):
        attributes: dict[str, Value] = {
            "name": log_group_name(stack, task.key),
            "retention_in_days": stack.monitoring.log_days,
        }
        yield Resource("aws_cloudwatch_log_group", task.log_group, attributes, Origin(task.path))


def log_group_name(stack: Stack, key: str) -> str:
    """The AWS name of the log group of a service or job."""
    return named(stack, "aws_cloudwatch_log_group.name", key, separator="/", prefix="/ecs/")
