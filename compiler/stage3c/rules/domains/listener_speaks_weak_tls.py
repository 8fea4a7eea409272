"""A listener that takes old versions of TLS."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at

_EXISTING = re.compile(r"ELBSecurityPolicy-([A-Za-z0-9-]*-)?[0-9]{4}-[0-9]{2}(-PQ)?|ELBSecurityPolicy-[A-Z0-9-]+-Res")


def check(graph: Graph) -> Iterator[Finding]:
    """Look up each policy; names of the TLS 1.2 and 1.3 families say so."""
    for listener in graph.of_type("aws_lb_listener"):
        if listener.attributes.get("protocol") not in ("HTTPS", "TLS"):
            continue
        policy = listener.attributes.get("ssl_policy")
        if policy is None:
            yield at(listener, "names no ssl_policy", "name ELBSecurityPolicy-TLS13-1-2-2021-06")
        elif isinstance(policy, str) and not _EXISTING.fullmatch(policy):
            yield at(listener, f'has the policy "{policy[:60]}", which does not exist', "mend its name")
        elif isinstance(policy, str) and not any(
            word in policy for word in ("TLS13-1-2", "TLS13-1-3", "TLS-1-2", "FS-1-2")
        ):
            yield at(listener, f'has the policy "{policy[:60]}", which takes more than TLS 1.2', "name a newer one")


RULE = Rule(
    id="TLS204",
    scope="terraform",
    title="Listener speaks weak TLS",
    what="An HTTPS listener names no security policy, or one that takes versions older than TLS 1.2.",
    why="The default policy of the provider takes TLS 1.0, which has been broken for years.",
    fix="Name ELBSecurityPolicy-TLS13-1-2-2021-06 or newer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
""",
    good_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
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
