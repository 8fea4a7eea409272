"""Load balancer has too many target groups."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import routes_on
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the services of each load balancer."""
    most = quota("load_balancer", "target_groups")
    for name in stack.load_balancers:
        count = len(routes_on(stack, name))
        if count > most:
            cause = f"load_balancers.{name} has {count} target groups; the limit is {most}."
            yield Finding(cause, "add a second load balancer, and move services to it.", ("load_balancers", name))


_SERVICE = "{image: 'a:1', port: 80, cpu: 256, memory_mib: 512, subnets: private, load_balancer: "

RULE = Rule(
    id="LIM105",
    title="Load balancer has too many target groups",
    what="More than 100 services use one load balancer.",
    why="A load balancer supports 100 target groups; this quota cannot be increased.",
    fix="Add a second load balancer and move services to it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    bad="services:\n" + "".join(f"  s{n}: {_SERVICE}{{name: internal, paths: [/s{n}]}}}}\n" for n in range(101)),
    check_spec=check,
)
