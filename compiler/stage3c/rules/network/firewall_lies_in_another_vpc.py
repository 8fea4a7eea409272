"""Security group is in another VPC."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, items
from stage3c.reach.proofs import all_places, known_topology, places
from stage3c.reach.routes import vpc_key
from stage3c.rules.rule import Rule, found_at
from stage3c.views.load_balancers import balancers_of

_BESIDE: Final = {
    "aws_lambda_function": ("vpc_config.subnet_ids", "vpc_config.security_group_ids"),
    "aws_db_proxy": ("vpc_subnet_ids", "vpc_security_group_ids"),
    "aws_cloudwatch_event_target": (
        "ecs_target.network_configuration.subnets",
        "ecs_target.network_configuration.security_groups",
    ),
    "aws_scheduler_schedule": (
        "target.ecs_parameters.network_configuration.subnets",
        "target.ecs_parameters.network_configuration.security_groups",
    ),
}
_OF_TEMPLATE: Final = ("vpc_security_group_ids", "network_interfaces.security_groups")


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
    for user, subnets, guards in _others(graph):
        vpcs = {vpc_key(graph, s.attributes.get("vpc_id")) for s in map(graph.target, subnets) if s is not None}
        for guard in map(graph.target, guards) if vpcs <= set(graph.resources) else ():
            shared = graph.users(guard, "aws_vpc_security_group_vpc_association") if guard is not None else ()
            if guard is not None and guard.mode == "resource" and not shared:
                yield from _stranger(graph, guard, vpcs, user.address)


def _others(graph: Graph) -> Iterator[tuple[Resource, list[Value], list[Value]]]:
    """What else has subnets and groups, with both; of an Auto Scaling group, its launch template has the groups."""
    for kind, (subnets, guards) in _BESIDE.items():
        for user in graph.of_type(kind):
            yield user, _ends(user, subnets), _ends(user, guards)
    for user in graph.of_type("aws_autoscaling_group"):
        for value in _ends(user, "launch_template.id"):
            template = graph.target(value)
            if template is not None and template.type == "aws_launch_template":
                groups = (each for path in _OF_TEMPLATE for each in _ends(template, path))
                yield user, _ends(user, "vpc_zone_identifier"), list(groups)


def _ends(resource: Resource, path: str) -> list[Value]:
    here: list[Value] = [resource.attributes]
    for key in path.split("."):
        here = [inner for value in here for block in blocks(value) for inner in items(block.get(key))]
    return here


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
