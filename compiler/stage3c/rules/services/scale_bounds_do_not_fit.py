"""Scaling bounds do not fit."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the bounds with each other."""
    for name, service in stack.services.items():
        scale, path = service.scale, ("services", name, "scale")
        if scale.min > scale.max:
            yield Finding(f"min is {scale.min} and max is {scale.max}.", f"write max: {scale.min} or more.", path)
        elif not scale.min <= service.desired_count <= scale.max:
            cause = f"desired is {scale.desired}, outside of {scale.min} to {scale.max}."
            yield Finding(cause, f"write desired: {scale.min}.", path)
        elif scale.max == 0:
            yield Finding(f"{name} may run no task at all.", "write max: 1 or more, or remove the service.", path)


RULE = Rule(
    id="SVC106",
    title="Scaling bounds do not fit",
    what="A service's `scale` does not satisfy min ≤ desired ≤ max, or allows no task at all.",
    why="AWS refuses bounds in the wrong order, and a service whose maximum is 0 never runs.",
    fix="Order the three numbers.",
    source="botocore application-autoscaling RegisterScalableTarget",
    bad="services: {web: {scale: {min: 4, max: 2}}}",
    good="services: {web: {scale: {min: 2, desired: 3, max: 4}}}",
    check_spec=check,
)
