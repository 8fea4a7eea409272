"""A log group for each service, made before anything writes to it."""

from collections.abc import Iterator

from stage3c.graph import Origin, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named


def logs(stack: Stack) -> Iterator[Resource]:
    """The log groups of the services."""
    for name, service in stack.services.items():
        attributes: dict[str, Value] = {
            "name": named(
                stack, "aws_cloudwatch_log_group.name", service.formerly or name, separator="/", prefix="/ecs/"
            ),
            "retention_in_days": stack.monitoring.log_days,
        }
        yield Resource("aws_cloudwatch_log_group", f"service_{name}", attributes, Origin(("services", name)))
