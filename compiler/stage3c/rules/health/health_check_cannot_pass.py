"""Target group health check cannot succeed."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks, flag, is_known, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Block

_LIMITS = {"interval": (5, 300), "timeout": (2, 120), "healthy_threshold": (2, 10), "unhealthy_threshold": (2, 10)}
_DEFAULTS = {"interval": 30, "timeout": 5}
_CODES = re.compile(
    r"[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*|[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*"
)


def check(graph: Graph) -> Iterator[Finding]:
    """Judge the numbers of every health check over HTTP; those of functions are off by default and have other limits."""
    for group in graph.of_type("aws_lb_target_group"):
        protocol, kind = group.attributes.get("protocol", "HTTP"), group.attributes.get("target_type")
        for settings in blocks(group.attributes.get("health_check")):
            if protocol in ("HTTP", "HTTPS") and is_known(kind) and kind != "lambda":
                for fault, fix in _faults(settings):
                    yield at(group, f"has a health check {fault}", fix)


def _faults(settings: Block) -> Iterator[tuple[str, str]]:
    if flag(settings.get("enabled"), default=True) is False:
        yield "with enabled = false", "remove enabled"
    path = settings.get("path")
    if isinstance(path, str) and path and not path.startswith("/"):
        yield f'with path "{path[:60]}", which does not start with a slash', f'set path = "/{path[:60]}"'
    for key, (low, high) in _LIMITS.items():
        value = number(settings.get(key))
        if value is not None and not low <= value <= high:
            yield f"with {key} {value}; AWS allows {low} to {high}", f"set {key} = {min(max(value, low), high)}"
    interval = number(settings.get("interval", _DEFAULTS["interval"]))
    timeout = number(settings.get("timeout", _DEFAULTS["timeout"]))
    if interval is not None and timeout is not None and timeout >= interval:
        yield f"with timeout {timeout}, which is not less than interval {interval}", f"set interval = {timeout + 5}"
    matcher = settings.get("matcher")
    if isinstance(matcher, str) and matcher and not _CODES.fullmatch(matcher):
        yield f'with matcher "{matcher[:40]}", which is not a list of status codes', 'set matcher = "200-299"'
    port = settings.get("port")
    if isinstance(port, str) and port not in ("", "traffic-port") and number(port) is None:
        yield f'with port "{port[:40]}", which is not a port', 'set port = "traffic-port"'


RULE = Rule(
    id="HLT201",
    scope="terraform",
    title="Target group health check cannot succeed",
    what="A health check of a target group has numbers, codes or a path that AWS rejects or that can never succeed.",
    why="Tasks are stopped as unhealthy and restarted forever.",
    fix="Use a timeout less than the interval, thresholds from 2 to 10, and a path that starts with a slash.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path     = "/ready"
    interval = 5
    timeout  = 10
  }
}
""",
    check_graph=check,
)
