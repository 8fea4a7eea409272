"""Listener rules have the same priority."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, is_known, number
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the rules of each listener."""
    priorities: dict[tuple[str, int], str] = {}
    for rule in graph.of_type("aws_lb_listener_rule"):
        listener = repr(rule.attributes.get("listener_arn"))
        if not is_known(rule.attributes.get("listener_arn")) or not rule.certain:
            continue  # of two with a count, only one may exist
        priority = number(rule.attributes.get("priority"))
        if priority is not None:
            earlier = priorities.setdefault((listener, priority), rule.address)
            if earlier != rule.address:
                yield at(
                    rule,
                    f"has priority {priority}, which {earlier} uses as well",
                    f"set another priority, such as {priority + 1}",
                )


RULE = Rule(
    id="LBA203",
    scope="terraform",
    title="Listener rules have the same priority",
    what="Two rules of a listener have the same priority.",
    why="AWS rejects the second rule with PriorityInUse.",
    fix="Give each rule its own priority.",
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

resource "aws_lb_listener_rule" "images" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1
  condition {
    path_pattern {
      values = ["/images/*"]
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

resource "aws_lb_listener_rule" "images" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 2
  condition {
    path_pattern {
      values = ["/images/*"]
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
