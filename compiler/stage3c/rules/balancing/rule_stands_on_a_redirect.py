"""Listener rule is attached to a listener that redirects."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import ListenerRule, listener_rules


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the rules that forward what a listener would otherwise redirect; some are intended."""
    rules = listener_rules(graph)
    redirecting = {rule.resource.address for rule in rules if _leads_to_tls(rule)}
    for rule in rules:
        home = rule.listener
        if home is not None and home.address in redirecting and rule.forwards and not _is_challenge(rule):
            cause = f"is attached to {home.address}, which redirects all other requests"
            yield at(rule.resource, cause, "set listener_arn to the ARN of the HTTPS listener")


def _leads_to_tls(rule: ListenerRule) -> bool:
    """A listener of HTTPS that redirects to another host is no stand-in for one."""
    is_plain = rule.resource.attributes.get("protocol") in ("HTTP", None)
    return is_plain and any(target.get("protocol") == "HTTPS" for target in rule.redirects)


def _is_challenge(rule: ListenerRule) -> bool:
    """Certificate authorities ask over plain HTTP, https://datatracker.ietf.org/doc/html/rfc8555#section-8.3 (from memory)."""
    patterns = [
        value
        for condition in blocks(rule.resource.attributes.get("condition"))
        for pattern in blocks(condition.get("path_pattern"))
        for value in items(pattern.get("values"))
    ]
    return any(isinstance(value, str) and value.startswith("/.well-known/") for value in patterns)


RULE = Rule(
    id="LBA233",
    scope="terraform",
    severity=Severity.WARNING,
    title="Listener rule is attached to a listener that redirects",
    what="A listener rule forwards requests, and its listener redirects all others to HTTPS.",
    why="The rule applies to plain HTTP only; no HTTPS request ever reaches it.",
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
