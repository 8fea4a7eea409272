"""Load balancer has too many rules."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import conditions, routes_on
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the routes that become rules."""
    most = quota("load_balancer", "rules")
    for name in stack.load_balancers:
        count = sum(1 for route in routes_on(stack, name).values() if conditions(route))
        if count > most:
            cause = f"load_balancers.{name} has {count} listener rules; the quota is {most}."
            yield Finding(cause, "add a second load balancer, and move services to it.", ("load_balancers", name))


_SERVICE = "{image: 'a:1', port: 80, cpu: 256, memory_mib: 512, subnets: private, load_balancer: "

RULE = Rule(
    id="LIM104",
    title="Load balancer has too many rules",
    what="More than 100 services use one load balancer with paths or hosts.",
    why="The default quota is 100 rules per load balancer.",
    fix="Add a second load balancer and move services to it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    bad="services:\n" + "".join(f"  s{n}: {_SERVICE}{{name: internal, paths: [/s{n}]}}}}\n" for n in range(101)),
    check_spec=check,
)
