"""Load balancer cannot reach its identity provider."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.filters import outward
from stage3c.reach.network import Extent
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.load_balancers import load_balancers

_SIGN_IN: Final = ("authenticate-oidc", "authenticate-cognito")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the security groups of each load balancer that signs users in."""
    for balancer in load_balancers(graph):
        actions = [action for listener in balancer.listeners for rule in listener.rules for action in rule.actions]
        if not any(action.get("type") in _SIGN_IN for action in actions):
            continue
        hops = [outward(place.groups, 443) for place in places(graph, balancer.resource)]
        blocked = next((hop for hop in hops if hop.extent is Extent.NONE), None)
        if blocked:
            cause = f"{balancer.resource.address} signs users in, but {blocked.component} {blocked.text}."
            yield found_at(balancer.resource, cause, "allow outbound tcp/443 to 0.0.0.0/0 in its security group.")


RULE = Rule(
    id="NET237",
    severity=Severity.WARNING,
    scope="terraform",
    title="Load balancer cannot reach its identity provider",
    what="A listener signs users in by OIDC or Cognito, but the security groups of its load balancer block outbound tcp/443.",
    why="The load balancer exchanges tokens with the provider itself; users get status 500 or 561 after signing in.",
    fix="Add an egress rule for tcp/443 to 0.0.0.0/0 to the security group of the load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html (from memory)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.web.certificate_arn
  default_action {
    type  = "authenticate-cognito"
    order = 1
    authenticate_cognito {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abcdefghi"
      user_pool_client_id = "1example23456789"
      user_pool_domain    = "shop"
    }
  }
  default_action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
