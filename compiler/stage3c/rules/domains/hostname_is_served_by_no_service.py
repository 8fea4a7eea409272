"""Hostname is served by no service."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import covers, hostnames_of
from stage3c.rules.balancing.route_facts import routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look each name up among the hosts of all routes; a route without hosts takes every name."""
    for key, balancer in stack.load_balancers.items():
        routes = routes_on(stack, key)
        if not routes or any(not route.hosts for route in routes.values()):
            continue
        hosts = [host.lower() for route in routes.values() for host in route.hosts]
        for position, name in enumerate(hostnames_of(stack, key)):
            if not any(covers(host, name) or covers(name, host) for host in hosts):
                of_its_own = balancer.hostnames is not None
                path = ("load_balancers", key, "hostnames", position) if of_its_own else ("domain", "name")
                cause = f"{clip(name)} resolves to load_balancers.{key}, where no service has it as a host: requests get 404."
                fix = f"add {clip(name)} to the hosts of services.{next(iter(routes))}, or remove the hostname."
                yield Finding(cause, fix, path)


RULE = Rule(
    id="DNS110",
    title="Hostname is served by no service",
    what="A hostname of a load balancer is not among the hosts of any service, and no service takes all hosts.",
    why="The name resolves and has a certificate, but the load balancer answers every request with 404.",
    fix="Add the name to `hosts` of a service, or remove it from `hostnames`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="""
load_balancers: {public: {hostnames: [shop.example.com, www.example.com]}}
services: {web: {load_balancer: {name: public, hosts: [shop.example.com]}}}
""",
    good="""
load_balancers: {public: {hostnames: [shop.example.com, www.example.com]}}
services: {web: {load_balancer: {name: public, hosts: [shop.example.com, www.example.com]}}}
""",
    check_spec=check,
)
