"""Public IP address is not needed."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, flag
from stage3c.reach.network import Subnet, Via, leads_to_the_internet
from stage3c.reach.proofs import all_places, known_topology
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at who has public addresses, and at the routes of where it stands."""
    for service in graph.of_type("aws_ecs_service"):
        here = all_places(graph)[service.address]
        idle = next(
            (place.subnet.key for place in here if place.public and place.subnet and _is_private(place.subnet)), None
        )
        if idle:
            cause = (
                f"{service.address} assigns public IP addresses in {idle}, which has no route to an internet gateway."
            )
            yield found_at(service, cause, "set assign_public_ip = false.")
    yield from _unlike_others(graph)
    for subnet in known_topology(graph).subnets.values():
        resource = graph.resources[subnet.key]
        if flag(resource.attributes.get("map_public_ip_on_launch"), default=False) and _is_private(subnet):
            cause = f"{subnet.key} assigns public IP addresses, but has no route to an internet gateway."
            yield found_at(resource, cause, "set map_public_ip_on_launch = false.")


def _unlike_others(graph: Graph) -> Iterator[Finding]:
    """One public subnet that gives out addresses, where another was told not to."""
    public = [s for s in known_topology(graph).subnets.values() if leads_to_the_internet(s)]
    written = {s.key: flag(graph.resources[s.key].attributes.get("map_public_ip_on_launch")) for s in public}
    careful = next((key for key, given in written.items() if given is False), None)
    for key in (key for key, given in written.items() if given and careful):
        cause = f"{key} assigns public IP addresses to whatever starts in it, unlike {careful}."
        yield found_at(graph.resources[key], cause, "set map_public_ip_on_launch = false.")


def _is_private(subnet: Subnet) -> bool:
    """Tell whether certainly no route of a subnet leads to an internet gateway."""
    table = subnet.table
    return table is not None and table.complete and not any(r.via in (Via.INTERNET, Via.UNKNOWN) for r in table.routes)


RULE = Rule(
    id="NET219",
    scope="terraform",
    title="Public IP address is not needed",
    what=(
        "Tasks or a subnet have public IP addresses without a route to an internet gateway, or a public subnet assigns "
        "them to everything although another does not."
    ),
    why="The address is billed but not used, or makes what starts in the subnet reachable from the internet.",
    fix="Set assign_public_ip or map_public_ip_on_launch to false, or add a route to an internet gateway.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets          = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }
}
""",
    check_graph=check,
)
