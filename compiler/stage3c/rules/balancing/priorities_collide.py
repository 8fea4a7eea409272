"""Services have the same priority."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import conditions, routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a priority that another service of the load balancer has."""
    for balancer in stack.load_balancers:
        owners: dict[int, str] = {}
        for name, route in routes_on(stack, balancer).items():
            if route.priority is None or not conditions(route):
                continue
            owner = owners.setdefault(route.priority, name)
            if owner != name:
                cause = f"priority {route.priority} on load_balancers.{balancer} is already used by services.{owner}."
                fix = f"write for example `priority: {route.priority + 1}`, or remove priority."
                yield Finding(cause, fix, ("services", name, "load_balancer", "priority"))


RULE = Rule(
    id="LBA111",
    title="Services have the same priority",
    what="Two services of one load balancer have the same `priority`.",
    why="AWS rejects the second listener rule with PriorityInUse.",
    fix="Write another `priority`, or remove it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="""\
services:
  web: {load_balancer: {name: public, paths: [/web/*], priority: 10}}
  api: {load_balancer: {name: public, paths: [/api/*], priority: 10}}
""",
    check_spec=check,
)
