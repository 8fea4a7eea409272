"""Listener allows TLS versions older than 1.2."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at

_EXISTING = re.compile(
    r"ELBSecurityPolicy-([A-Za-z0-9-]*-)?20[0-9]{2}-(0[1-9]|1[0-2])(-PQ)?|ELBSecurityPolicy-[A-Z0-9-]+-Res"
)

_FIX = 'set ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"'


def check(graph: Graph) -> Iterator[Finding]:
    """Look up each policy; names of the TLS 1.2 and 1.3 families say so."""
    for listener in graph.of_type("aws_lb_listener"):
        if listener.attributes.get("protocol") not in ("HTTPS", "TLS"):
            continue
        policy = listener.attributes.get("ssl_policy")
        if policy is None:
            yield at(listener, "has no ssl_policy; the default allows TLS 1.0", _FIX)
        elif isinstance(policy, str) and not _EXISTING.fullmatch(policy):
            yield at(listener, f'has ssl_policy "{policy[:60]}", which does not exist', _FIX)
        elif isinstance(policy, str) and not any(
            word in policy for word in ("TLS13-1-2", "TLS13-1-3", "TLS-1-2", "FS-1-2")
        ):
            yield at(listener, f'has ssl_policy "{policy[:60]}", which allows TLS versions older than 1.2', _FIX)


RULE = Rule(
    id="TLS204",
    scope="terraform",
    title="Listener allows TLS versions older than 1.2",
    what="An HTTPS listener has no security policy, or one that allows TLS versions older than 1.2.",
    why="The default policy of the provider allows TLS 1.0, which is deprecated and insecure.",
    fix='Set `ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"`.',
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate_validation.web.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
