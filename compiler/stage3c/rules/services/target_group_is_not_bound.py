"""Target group of a service has no listener."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.binding_facts import may_be_bound, registered_groups
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listener_rules
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """Compare both sides; where a module or an unknown listener may bind it, nothing is said."""
    rules, filled = listener_rules(graph), registered_groups(graph)
    open_world = not all(rule.is_known for rule in rules)
    bound = {address for rule in rules for address in rule.refers_to}
    for group in graph.of_type("aws_lb_target_group"):
        is_ours = group.address in filled and not may_be_bound(graph, group)
        if is_ours and group.address not in bound and not open_world:
            cause = "is used by a service, but no listener forwards to it"
            yield at(group, cause, f"set target_group_arn = {group.address}.arn in a listener or listener rule")
    for service in services(graph).values():
        for target in service.targets:
            if target.written.get("target_group_arn") is None and target.written.get("elb_name") is None:
                cause = "has a load_balancer block without target_group_arn"
                yield at(service.resource, cause, "set target_group_arn = aws_lb_target_group.NAME.arn")


RULE = Rule(
    id="SVC203",
    scope="terraform",
    title="Target group of a service has no listener",
    what="A service uses a target group to which no listener forwards, or names none in its load_balancer block.",
    why="AWS rejects the service: the target group does not have an associated load balancer.",
    fix="Forward to it from a listener or rule.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.web.certificate_arn
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
""",
    check_graph=check,
)
