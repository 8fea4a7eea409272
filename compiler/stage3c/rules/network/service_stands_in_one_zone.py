"""ECS service is in one availability zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref
from stage3c.reach.network import Place
from stage3c.reach.proofs import all_places, proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Count zones where they are known, and subnets where they are not; a stack in one zone altogether is one on purpose."""
    zones = {address: _zones(graph, places) for address, places in all_places(graph).items()}
    yield from _unserved(graph, zones)
    widest = max((len(found) for found in zones.values()), default=0)
    for service in graph.of_type("aws_ecs_service"):
        found = zones.get(service.address, set())
        unknown = any(place.subnet is None for place in all_places(graph)[service.address])
        if len(found) < widest and not unknown:
            cause = f"{service.address} is in {len(found)} of the {widest} zones that the stack uses."
            yield found_at(service, cause, "add a subnet of every zone to network_configuration.subnets.")


def _unserved(graph: Graph, zones: dict[str, set[str]]) -> Iterator[Finding]:
    """A load balancer sends nothing to targets in a zone that it does not stand in.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html (2026-11-24)
    """
    for proof in proofs(graph):
        source, target = proof.need.source, proof.need.target
        if proof.need.kind != "target" or source is None or target is None:
            continue
        missing = sorted(zones.get(target.address, set()) - zones.get(source.address, set()))
        known = all(place.subnet for each in (source, target) for place in all_places(graph).get(each.address, ()))
        if missing and known:
            cause = f"{source.address} is not in {', '.join(missing)}, where {target.address} runs tasks."
            yield found_at(source, cause, "add a subnet of every zone of its targets to subnets.")


def _zones(graph: Graph, places: list[Place]) -> set[str]:
    found = set()
    for subnet in (place.subnet for place in places if place.subnet):
        zone = graph.resolved(graph.resources[subnet.key].attributes.get("availability_zone"))
        found.add(str(zone) if isinstance(zone, str | Ref) else subnet.key)
    return found


RULE = Rule(
    id="NET217",
    scope="terraform",
    title="ECS service is in one availability zone",
    what=(
        "A service has subnets in fewer zones than other resources of the stack, or its load balancer is not "
        "in its zones."
    ),
    why="If that zone fails, all its tasks are gone; tasks in other zones than the load balancer get no requests.",
    fix="Add a subnet of every zone to `network_configuration.subnets`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/availability.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id]
    security_groups = [aws_security_group.web.id]
  }
}
""",
    check_graph=check,
)
