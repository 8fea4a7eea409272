"""Tasks are reachable from the internet without the load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import ANYWHERE, open_to_anywhere
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """A service without a load balancer may be meant to be reached so; behind one, nobody else should be."""
    for view in services(graph).values():
        service = view.resource
        here = places(graph, service)
        wide = open_to_anywhere(here)
        if wide and (view.targets or any(place.public for place in here)):
            cause = (
                f"{wide} allows inbound traffic from {ANYWHERE} to the tasks "
                f"of {service.address}, bypassing the load balancer."
            )
            fix = f"replace {ANYWHERE} with referenced_security_group_id of the load balancer."
            yield found_at(graph.resources.get(wide, service), cause, fix)


RULE = Rule(
    id="NET207",
    scope="graph",
    title="Tasks are reachable from the internet without the load balancer",
    what="A service has public IP addresses, or a load balancer, and its security group allows the whole internet.",
    why="Clients bypass the load balancer with its certificate, logs and rules.",
    fix="Allow only the security group of the load balancer, with `referenced_security_group_id`.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2 (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets          = [aws_subnet.public_a.id, aws_subnet.public_b.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080
}
""",
    check_graph=check,
)
