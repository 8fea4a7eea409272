"""Listener rule is attached to a listener that redirects."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listener_rules


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the rules that forward what a listener would otherwise redirect; some are meant so."""
    rules = listener_rules(graph)
    redirecting = {rule.resource.address for rule in rules if rule.redirects}
    for rule in rules:
        home = rule.listener
        if home is not None and home.address in redirecting and rule.forwards:
            cause = f"is attached to {home.address}, which redirects all other requests"
            yield at(rule.resource, cause, "set listener_arn to that of the HTTPS listener")


RULE = Rule(
    id="LBA233",
    scope="terraform",
    severity=Severity.WARNING,
    title="Listener rule is attached to a listener that redirects",
    what="A listener rule forwards requests, and its listener redirects all others to HTTPS.",
    why="The rule serves plain HTTP, and receives nothing that comes by HTTPS.",
    fix="Attach the rule to the HTTPS listener.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
}
""",
    good_terraform="""\
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }
}
""",
    check_graph=check,
)
