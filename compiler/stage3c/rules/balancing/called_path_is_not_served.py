"""Called service does not receive its own address."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.contract import called_path
from stage3c.rules.balancing.route_facts import covers
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold the address that callers are given against the paths of the called service."""
    for name, service in stack.services.items():
        for variable, callee in service.calls.items():
            called = stack.services.get(callee)
            route = called.load_balancer if called else None
            if route is None or not route.paths:
                continue
            path, where = called_path(route), ("services", name, "calls", variable)
            paths = ", ".join(map(clip, route.paths))
            if path is None:
                cause = f"services.{callee} receives {paths} alone, so no single URL reaches it."
                yield Finding(cause, f"add `/{callee}/*` to the paths of services.{callee}.", where)
            elif path and not any(covers((None, one), (None, path)) for one in route.paths):
                cause = f"services.{name} calls {callee} at {clip(path)}, but services.{callee} receives only {paths}."
                fix = f"write `paths: [{', '.join([path, *route.paths])}]` in services.{callee}."
                yield Finding(cause, fix, where)


RULE = Rule(
    id="LBA128",
    title="Called service does not receive its own address",
    what="A service is called at an address whose path is not among the `paths` of its load balancer rule.",
    why="`/orders/*` does not match `/orders`: a request to the URL itself gets the load balancer's 404.",
    fix="Write both: `paths: [/orders, /orders/*]`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {load_balancer: {name: internal, paths: [/api/*]}}}",
    good="services: {api: {load_balancer: {name: internal, paths: [/api, /api/*]}}}",
    check_spec=check,
)
