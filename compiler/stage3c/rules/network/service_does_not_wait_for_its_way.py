"""Service does not depend on its routes."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.reach.network import Extent, Place
from stage3c.reach.proofs import all_places, known_topology, proofs
from stage3c.reach.solver import endpoint_on_the_way, to_internet
from stage3c.rules.rule import Rule, found_at
from stage3c.wording import listed

_KINDS = ("aws_route", "aws_route_table_association", "aws_vpc_security_group_egress_rule", "aws_security_group_rule")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what a service waits for with the parts of its way; a service that waits for none leaves it to retries."""
    for service in graph.of_type("aws_ecs_service"):
        waits = graph.waits_of(service)
        places = all_places(graph)[service.address]
        missing = sorted((_way(graph, places) | _endpoints(graph, service, places)) - waits)
        if missing and any(wait.split(".")[-2] in _KINDS for wait in service.depends_on if "." in wait):
            cause = f"{service.address} depends on some of its network resources, but not on {listed(missing)}."
            yield found_at(service, cause, f"add to depends_on: {listed(missing)}.")


def _way(graph: Graph, places: list[Place]) -> set[str]:
    """The routes, associations, and egress rules of one's own resources that packets of these places need."""
    found: set[str] = set()
    for place in places:
        if place.subnet and place.subnet.table:
            found |= {route.component for route in place.subnet.table.routes}
            users = graph.users(graph.resources[place.subnet.key], "aws_route_table_association")
            found |= {user.address for user in users}
        found |= {permit.component for permit in place.permits("egress")}
    return {address for address in found if address in graph.resources and graph.resources[address].type in _KINDS}


def _endpoints(graph: Graph, service: Resource, places: list[Place]) -> set[str]:
    """The VPC endpoints without which these places certainly have no way to an AWS service that the tasks call."""
    network = known_topology(graph).network
    needs = [proof.need for proof in proofs(graph) if proof.need.source is service]
    called = {need.service for need in needs if need.service is not None}
    return {
        endpoint.key
        for place in places
        for name in called
        if (endpoint := endpoint_on_the_way(network, place, name))
        and to_internet(network, place, 443, name).extent is Extent.NONE
    }


RULE = Rule(
    id="NET220",
    scope="terraform",
    title="Service does not depend on its routes",
    what=(
        "A service depends on some of the routes, associations, security group rules and VPC endpoints that its tasks "
        "need, but not on all."
    ),
    why=(
        "Tasks that start before their routes exist cannot pull their image, and the circuit breaker stops "
        "the deployment."
    ),
    fix="Add the missing resources to `depends_on`.",
    source="https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  depends_on = [aws_route_table_association.private_a]
}
""",
    good_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  depends_on = [
    aws_route_table_association.private_a, aws_route_table_association.private_b,
    aws_vpc_security_group_egress_rule.web_to_aws, aws_vpc_security_group_egress_rule.web_to_database,
  ]
}
""",
    check_graph=check,
)
