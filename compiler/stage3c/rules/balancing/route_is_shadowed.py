"""A route behind one that takes all its requests."""

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
                    cause = f"{other} has priority {earlier} on {balancer} and takes all that {name} asks for with {priority}."
                    yield Finding(
                        cause, f"write a number below {earlier}.", ("services", name, "load_balancer", "priority")
                    )
                    break


def _all_covered(taken: list[Claim], wanted: list[Claim]) -> bool:
    """Tell whether nothing is left; claims that are equal are another rule's fault."""
    if not wanted or (None, None) in wanted or set(taken) & set(wanted):
        return False
    return all(any(covers(one, other) for one in taken) for other in wanted)


RULE = Rule(
    id="LBA119",
    title="Route is shadowed",
    severity=Severity.WARNING,
    what="A service's whole route is covered by another one with a lower `priority`.",
    why="The lower number goes first, so this service never gets a request.",
    fix="Give the narrower route the lower number, or leave both out.",
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
