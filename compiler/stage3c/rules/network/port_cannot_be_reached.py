"""Port cannot be reached."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for ports of services that no load balancer forwards to; nothing else opens one."""
    for name, service in stack.services.items():
        if service.port is not None and service.load_balancer is None:
            cause = f"services.{name} listens on tcp/{service.port} but has no load_balancer, so nothing is allowed to connect."
            near = next(iter(stack.load_balancers), "public")
            fix = f"add `load_balancer: {near}` to services.{name}, or remove `port` if it is a worker."
            yield Finding(cause, fix, ("services", name, "port"))


RULE = Rule(
    id="NET129",
    title="Port cannot be reached",
    what="A service has a `port` but no `load_balancer`.",
    why="Its security group allows inbound traffic only from its load balancer; a public address does not help.",
    fix="Add `load_balancer: public`, or remove `port`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {jobs: {image: 'jobs:1', port: 8080, cpu: 256, memory_mib: 512, subnets: private}}",
    good="services: {jobs: {image: 'jobs:1', cpu: 256, memory_mib: 512, subnets: private}}",
    check_spec=check,
)
