"""Listener rules have the same conditions."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, is_known
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the rules of each listener, except those between which ECS shifts traffic in a blue/green deployment."""
    conditions: dict[tuple[str, str], str] = {}
    for rule in graph.of_type("aws_lb_listener_rule"):
        listener, written = rule.attributes.get("listener_arn"), rule.attributes.get("condition")
        if graph.users(rule, "aws_ecs_service") or not rule.certain:
            continue
        if written is None or not is_known([listener, written]):
            continue
        earlier = conditions.setdefault((repr(listener), repr(written)), rule.address)
        if earlier != rule.address:
            yield at(rule, f"has the same conditions as {earlier}", "give it another path_pattern or host_header")


RULE = Rule(
    id="LBA235",
    scope="terraform",
    severity=Severity.WARNING,
    title="Listener rules have the same conditions",
    what="Two rules of a listener have the same conditions.",
    why="The rule with the lower priority number receives every such request, and the other one none.",
    fix="Give each rule its own conditions, or remove one.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener_rule" "same" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 2
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    good_terraform="""\
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
