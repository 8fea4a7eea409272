"""Scaling limits are not valid."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the bounds with each other."""
    for name, service in stack.services.items():
        scale, path = service.scale, ("services", name, "scale")
        if scale.min > scale.max:
            yield Finding(
                f"services.{name}.scale has min {scale.min} and max {scale.max}.",
                f"write `max: {scale.min}` or more.",
                path,
            )
        elif not scale.min <= service.desired_count <= scale.max:
            cause = f"services.{name}.scale.desired is {scale.desired}, outside {scale.min} to {scale.max}."
            yield Finding(cause, f"write `desired: {scale.min}`.", path)
        elif scale.max == 0:
            yield Finding(
                f"services.{name}.scale.max is 0, so it never runs.",
                "write `max: 1` or more, or remove the service.",
                path,
            )


RULE = Rule(
    id="SVC106",
    title="Scaling limits are not valid",
    what="`scale` does not satisfy min ≤ desired ≤ max, or max is 0.",
    why="AWS rejects limits in the wrong order, and a service with max 0 never runs.",
    fix="Write for example `scale: {min: 2, desired: 2, max: 4}`.",
    source="botocore application-autoscaling RegisterScalableTarget",
    bad="services: {web: {scale: {min: 4, max: 2}}}",
    good="services: {web: {scale: {min: 2, desired: 3, max: 4}}}",
    check_spec=check,
)
