"""Called service has no load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at who is called."""
    internal = [name for name, balancer in stack.load_balancers.items() if balancer.scheme == "internal"]
    for name, service in stack.services.items():
        for variable, callee in service.calls.items():
            called = stack.services.get(callee)
            if called and called.load_balancer is None:
                cause = f"services.{name} calls {callee}, but services.{callee} has no load_balancer."
                fix = f"add `load_balancer: {internal[0] if internal else 'internal'}` to services.{callee}."
                yield Finding(cause, fix, ("services", name, "calls", variable))


RULE = Rule(
    id="LBA120",
    title="Called service has no load balancer",
    what="A service calls another service that has no `load_balancer`.",
    why="The addresses of tasks change all the time; a service can only be called through a load balancer.",
    fix="Add `load_balancer: internal` to the called service.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
    bad="services: {api: {load_balancer: null}}",
    good="services: {api: {load_balancer: internal}}",
    essential=True,
    check_spec=check,
)
