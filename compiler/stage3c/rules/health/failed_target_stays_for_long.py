"""Failed target receives requests for a long time."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, blocks, number
from stage3c.rules.rule import Rule, at

_LONGEST: Final = 600  # seconds
_INTERVAL: Final = 30
_THRESHOLD: Final = 2


def check(graph: Graph) -> Iterator[Finding]:
    """Multiply: a target leaves after `unhealthy_threshold` failures, one each `interval`."""
    for group in graph.of_type("aws_lb_target_group"):
        for settings in blocks(group.attributes.get("health_check")):
            interval = number(settings.get("interval", _INTERVAL))
            failures = number(settings.get("unhealthy_threshold", _THRESHOLD))
            if interval is not None and failures is not None and interval * failures > _LONGEST:
                cause = f"sends requests to a failed target for {interval * failures} seconds"
                yield at(group, cause, "set interval = 15 and unhealthy_threshold = 3 in health_check")


RULE = Rule(
    id="HLT223",
    scope="terraform",
    title="Failed target receives requests for a long time",
    what="The interval of a health check times its unhealthy threshold exceeds ten minutes.",
    why="Until then, the load balancer sends a share of all requests to a task that has failed.",
    fix="Set `interval = 15` and `unhealthy_threshold = 3`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  name_prefix = "shop-"
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path                = "/ready"
    matcher             = "200"
    interval            = 300
    unhealthy_threshold = 10
  }
  lifecycle {
    create_before_destroy = true
  }
}
""",
    check_graph=check,
)
