"""Public load balancer forwards plain HTTP."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listeners, load_balancer

_HTTPS: Final = 443


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the listeners of application load balancers that face the internet."""
    for listener in listeners(graph):
        balancer = load_balancer(graph, listener.balancer)
        if balancer is None or balancer.resource.mode != "resource" or balancer.kind != "application":
            continue
        protocol = listener.resource.attributes.get("protocol", "HTTPS" if listener.port == _HTTPS else "HTTP")
        forwards = [rule for rule in listener.rules if rule.forwards]
        if balancer.is_public and protocol == "HTTP" and forwards:
            cause = f"forwards requests to {balancer.resource.address} without TLS"
            yield at(forwards[0].resource, cause, "redirect them to an HTTPS listener")


RULE = Rule(
    id="LBA232",
    scope="terraform",
    title="Public load balancer forwards plain HTTP",
    severity=Severity.WARNING,
    what="A listener of a load balancer that faces the internet forwards HTTP instead of redirecting to HTTPS.",
    why="Passwords and sessions can be read and changed on their way.",
    fix="Redirect port 80 to an HTTPS listener with a certificate.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1 (2026-11-28)",
    bad_terraform="""\
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
