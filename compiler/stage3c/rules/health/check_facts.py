"""What several rules ask about checks: which service answers one."""

from stage3c.language.model.check import Check
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import covers as is_name
from stage3c.resources.domain import hostnames_of
from stage3c.rules.balancing.route_facts import Claim, claims, covers


def answering(stack: Stack, check: Check) -> str | None:
    """The public service that a check reaches: of those whose routes fit, the one with the most specific pattern."""
    host = (check.host or _usual_host(stack)).lower()
    asked: Claim = (host or None, check.path.partition("?")[0])
    fitting = [
        (len((pattern or "").strip("*")) + len((path or "").strip("*")), path is not None, name)
        for name in public_services(stack)
        if (route := stack.services[name].load_balancer) and _serves(stack, route.name, host)
        for pattern, path in claims(route)
        if covers((pattern, path), asked)
    ]
    return max(fitting)[2] if fitting else None


def _usual_host(stack: Stack) -> str:
    """Where a check without a host goes: the first plain name of the first public load balancer that has services."""
    serving = {service.load_balancer.name for service in stack.services.values() if service.load_balancer}
    for name, balancer in stack.load_balancers.items():
        if name in serving and balancer.scheme == "internet-facing":
            return next((host for host in hostnames_of(stack, name) if not host.startswith("*.")), "")
    return ""


def _serves(stack: Stack, balancer: str, host: str) -> bool:
    """Whether a load balancer has a name; one without names serves whatever is sent to it."""
    hostnames = hostnames_of(stack, balancer)
    return not host or not hostnames or any(is_name(hostname, host) for hostname in hostnames)


def public_services(stack: Stack) -> list[str]:
    """The services behind an internet-facing load balancer."""
    public = {name for name, balancer in stack.load_balancers.items() if balancer.scheme == "internet-facing"}
    return [
        name
        for name, service in stack.services.items()
        if service.load_balancer and service.load_balancer.name in public
    ]


def callees(stack: Stack, service: str) -> set[str]:
    """A service and everything that it calls, directly or not."""
    found, waiting = set[str](), [service]
    while waiting:
        here = waiting.pop()
        if here in stack.services and here not in found:
            found.add(here)
            waiting += stack.services[here].calls.values()
    return found
