"""Security group is in another VPC."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource
from stage3c.reach.proofs import all_places, known_topology, places
from stage3c.reach.routes import vpc_key
from stage3c.rules.rule import Rule, found_at
from stage3c.views.load_balancers import balancers_of


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the VPC of each group with that of the subnets beside it, where the stack makes both."""
    endpoints = known_topology(graph).network.endpoints
    every = {**all_places(graph), **{endpoint.key: list(endpoint.places) for endpoint in endpoints}}
    for address, here in every.items():
        homes = {place.subnet.vpc for place in here if place.subnet and place.subnet.vpc in graph.resources}
        groups = {group.key for place in here for group in place.groups if group}
        for group in (graph.resources[key] for key in sorted(groups) if key in graph.resources):
            if not graph.users(group, "aws_vpc_security_group_vpc_association"):
                yield from _stranger(graph, group, homes, address)
    yield from _target_groups(graph)


def _target_groups(graph: Graph) -> Iterator[Finding]:
    for group in graph.of_type("aws_lb_target_group"):
        if group.attributes.get("target_type", "instance") == "lambda":
            continue
        users = [*graph.users(group, "aws_ecs_service"), *balancers_of(graph, group)]
        subnets = [place.subnet for user in users for place in places(graph, user) if place.subnet]
        homes = {subnet.vpc for subnet in subnets if subnet.vpc in graph.resources}
        yield from _stranger(graph, group, homes, users[0].address if users else "")


def _stranger(graph: Graph, thing: Resource, homes: set[str | None], user: str) -> Iterator[Finding]:
    written = thing.attributes.get("vpc_id")
    vpc = vpc_key(graph, written)
    elsewhere = written is None or (vpc in graph.resources and vpc not in homes)
    if homes and elsewhere:
        where = vpc or "the default VPC"
        cause = f"{thing.address} is in {where}, but {user}, which uses it, is in {', '.join(sorted(map(str, homes)))}."
        yield found_at(thing, cause, f"set vpc_id = {min(map(str, homes))}.id on {thing.address}.")


RULE = Rule(
    id="NET216",
    scope="terraform",
    title="Security group is in another VPC",
    what="A resource is in the subnets of one VPC, but its security group or target group is in another.",
    why="AWS rejects it at apply. Without vpc_id, a security group is in the default VPC.",
    fix="Set `vpc_id` to the VPC of the subnets.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-24)",
    bad_terraform="""\
resource "aws_security_group" "load_balancer" {
  name = "load-balancer"
}
""",
    check_graph=check,
)
