"""Fixed target group name blocks a replacement."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for names without the port, whose change replaces the group."""
    for name, service in stack.services.items():
        route = service.load_balancer
        if route is None or route.target_group_name is None or str(service.port) in route.target_group_name:
            continue
        given = clip(route.target_group_name)
        cause = f"the target group of services.{name} is always {given}; another port needs a new group before the old one goes."
        fix = f"remove target_group_name, or write `target_group_name: {given}-{service.port}` and change it with the port."
        yield Finding(cause, fix, ("services", name, "load_balancer", "target_group_name"))


RULE = Rule(
    id="LBA129",
    title="Fixed target group name blocks a replacement",
    what="A service has a `target_group_name` that does not contain its port.",
    why=(
        "A new port replaces the target group. The new group is created before the old one is deleted, and AWS rejects a "
        "second one of the same name: the apply fails."
    ),
    fix="Remove `target_group_name`: the default name contains the port.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {load_balancer: {name: internal, target_group_name: shop-api}}}",
    good="services: {api: {load_balancer: {name: internal, target_group_name: shop-api-8000}}}",
    check_spec=check,
)
