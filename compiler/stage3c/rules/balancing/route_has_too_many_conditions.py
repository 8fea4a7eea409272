"""Listener rule has too many conditions."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import conditions
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the values of each rule, and their wildcards."""
    values, wildcards = (quota("load_balancer", f"condition_{what}_per_rule") for what in ("values", "wildcards"))
    for name, service in stack.services.items():
        route = service.load_balancer
        if route is None:
            continue
        stars = sum(pattern.count("*") + pattern.count("?") for pattern in (*route.paths, *route.hosts))
        if conditions(route) > values:
            cause = f"services.{name} has {conditions(route)} hosts and paths; a listener rule allows {values}."
        elif stars > wildcards:
            cause = f"services.{name} has {stars} wildcards in its hosts and paths; a listener rule allows {wildcards}."
        else:
            continue
        yield Finding(cause, "combine patterns, such as `paths: [/api/*]`.", ("services", name, "load_balancer"))


RULE = Rule(
    id="LBA112",
    title="Listener rule has too many conditions",
    what="A route has more than five hosts and paths, or more than five wildcards.",
    why="AWS rejects the rule with TooManyConditions; neither limit can be increased.",
    fix="Combine patterns, such as `paths: [/api/*]`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    bad="services: {web: {load_balancer: {name: public, paths: [/a, /b, /c, /d, /e, /f]}}}",
    check_spec=check,
)
