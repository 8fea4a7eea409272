"""What is wrong with the automatic priorities of a stack, which only the spec and its resources together show."""

from collections.abc import Collection, Iterator
from itertools import chain

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, number
from stage3c.language.model.load_balancer import Route
from stage3c.language.model.stack import Stack
from stage3c.resources.priorities import LAST
from stage3c.rules.balancing.route_facts import claims, conditions, covers, routes_on

Numbers = dict[str, int]


def priority_faults(stack: Stack, graph: Graph) -> Iterator[tuple[str, Finding]]:
    """Pairs of a rule's id and a finding: equal priorities, and specific routes behind general ones.

    Numbers that the spec itself gives are judged by LBA111 and LBA119.
    """
    for balancer in stack.load_balancers:
        routes = {name: route for name, route in routes_on(stack, balancer).items() if conditions(route)}
        found = {name: graph.resources.get(f"aws_lb_listener_rule.{name}") for name in routes}
        numbers = {name: number(rule.attributes["priority"]) or 0 for name, rule in found.items() if rule}
        routes = {name: routes[name] for name in sorted(numbers, key=lambda name: (numbers[name], name))}
        yield from _equal(balancer, routes, numbers)
        yield from _late(balancer, routes, numbers)


def _equal(balancer: str, routes: dict[str, Route], numbers: Numbers) -> Iterator[tuple[str, Finding]]:
    owners: dict[int, str] = {}
    for name in routes:
        owner = owners.setdefault(numbers[name], name)
        moving = next((each for each in (name, owner) if routes[each].priority is None), None)
        if owner == name or moving is None:
            continue
        cause = f"services.{owner} and services.{name} both have priority {numbers[name]} on load_balancers.{balancer}."
        yield "LBA124", _finding(cause, moving, _free(range(numbers[name] + 1, LAST + 1), numbers.values()))


def _late(balancer: str, routes: dict[str, Route], numbers: Numbers) -> Iterator[tuple[str, Finding]]:
    """Routes are in the order in which they are evaluated."""
    for position, name in enumerate(routes):
        for earlier in list(routes)[:position]:
            both_written = routes[name].priority is not None and routes[earlier].priority is not None
            if both_written or numbers[earlier] == numbers[name] or not _takes(routes[earlier], routes[name]):
                continue
            cause = (
                f"services.{earlier} has priority {numbers[earlier]} on load_balancers.{balancer} and receives requests of "
                f"services.{name}, which is more specific and has priority {numbers[name]}."
            )
            if routes[name].priority is None:
                yield "LBA125", _finding(cause, name, _free(range(numbers[earlier] - 1, 0, -1), numbers.values()))
            else:
                yield "LBA125", _finding(cause, earlier, _free(range(numbers[name] + 1, LAST + 1), numbers.values()))
            break


def _takes(earlier: Route, later: Route) -> bool:
    """Tell whether the first matches all of a narrower claim of the second."""
    pairs = ((one, other) for one in claims(earlier) for other in claims(later))
    return any(covers(one, other) and not covers(other, one) for one, other in pairs)


def _free(wanted: range, taken: Collection[int]) -> int:
    return next(each for each in chain(wanted, range(1, LAST + 1)) if each not in taken)


def _finding(cause: str, service: str, priority: int) -> Finding:
    fix = f"write `priority: {priority}` under services.{service}.load_balancer."
    return Finding(cause, fix, ("services", service, "load_balancer"))
