"""Two services have the same route."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import Claim, claims, routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a claim that another service of the load balancer has made before."""
    for balancer in stack.load_balancers:
        owners: dict[Claim, str] = {}
        for name, route in routes_on(stack, balancer).items():
            taken = {owners.setdefault(claim, name): claim for claim in reversed(claims(route))}
            for owner, (host, path) in taken.items():
                if owner != name:
                    what = f"{clip(host or 'any host')} with {clip(path or 'any path')}"
                    cause = f"services.{owner} also receives {what} on load_balancers.{balancer}."
                    fix = f"write `load_balancer: {{name: {balancer}, paths: [/{name}, /{name}/*]}}`."
                    yield Finding(cause, fix, ("services", name, "load_balancer"))


RULE = Rule(
    id="LBA110",
    title="Two services have the same route",
    what="Two services of one load balancer have the same host and path, or both have neither.",
    why="Only one of them would receive the requests, and ECS rejects a service whose target group has no listener.",
    fix="Give one of them its own `paths`, such as `load_balancer: {name: public, paths: [/api, /api/*]}`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="services: {api: {load_balancer: public}}",
    good="services: {api: {load_balancer: {name: public, paths: [/api, /api/*]}}, web: {calls: {API_URL: api}}}",
    essential=True,
    check_spec=check,
)
