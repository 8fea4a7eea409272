"""Host is not a hostname of the load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look every host of a route up among its load balancer's names."""
    for name, service in stack.services.items():
        route = service.load_balancer
        balancer = stack.load_balancers.get(route.name) if route else None
        if route is None or balancer is None or balancer.scheme == "internal":
            continue
        served = [hostname.lower() for hostname in hostnames_of(stack, route.name)]
        for position, host in enumerate(route.hosts if served else ()):
            if host.lower() not in served and f"*.{host.lower().partition('.')[2]}" not in served:
                cause = f"{clip(host)} is not a hostname of load_balancers.{route.name}, which has {listed(served)}."
                fix = f"add {clip(host)} to load_balancers.{route.name}.hostnames."
                yield Finding(cause, fix, ("services", name, "load_balancer", "hosts", position))


RULE = Rule(
    id="LBA118",
    title="Host is not a hostname of the load balancer",
    what="A service has a host that is not among the `hostnames` of its load balancer.",
    why="The host has no DNS record and no certificate, so no request for it arrives.",
    fix="Add the host to `hostnames` of the load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="services: {web: {load_balancer: {name: public, hosts: [admin.example.com]}}}",
    good="""\
load_balancers: {public: {hostnames: [shop.example.com, admin.example.com]}}
services: {web: {load_balancer: {name: public, hosts: [admin.example.com]}}}
""",
    check_spec=check,
)
