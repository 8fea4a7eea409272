"""Route is shadowed by another service."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import Claim, claims, covers, routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each route against those that go before it by their numbers."""
    for balancer in stack.load_balancers:
        numbered = [
            (route.priority, name, claims(route))
            for name, route in routes_on(stack, balancer).items()
            if route.priority
        ]
        numbered.sort()
        for position, (priority, name, wanted) in enumerate(numbered):
            for earlier, other, taken in numbered[:position]:
                if earlier < priority and _all_covered(taken, wanted):
                    cause = (
                        f"services.{other} has priority {earlier} on load_balancers.{balancer} and matches "
                        f"every request of services.{name}, which has priority {priority}."
                    )
                    yield Finding(
                        cause,
                        f"write `priority: {earlier - 1}`."
                        if earlier > 1
                        else f"raise the priority of services.{other} above {priority}.",
                        ("services", name, "load_balancer", "priority"),
                    )
                    break


def _all_covered(taken: list[Claim], wanted: list[Claim]) -> bool:
    """Tell whether nothing is left; claims that are equal are another rule's fault."""
    if not wanted or (None, None) in wanted or set(taken) & set(wanted):
        return False
    return all(any(covers(one, other) for one in taken) for other in wanted)


RULE = Rule(
    id="LBA119",
    title="Route is shadowed by another service",
    severity=Severity.WARNING,
    what="Another service with a lower `priority` matches all requests of this service.",
    why="The lower priority is evaluated first, so this service never receives a request.",
    fix="Give the more specific route the lower `priority`, or remove both.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="""\
services:
  web: {load_balancer: {name: public, paths: [/*], priority: 10}}
  api: {load_balancer: {name: public, paths: [/api/*], priority: 20}}
""",
    good="""\
services:
  web: {load_balancer: {name: public, paths: [/*], priority: 20}}
  api: {load_balancer: {name: public, paths: [/api/*], priority: 10}}
""",
    check_spec=check,
)
