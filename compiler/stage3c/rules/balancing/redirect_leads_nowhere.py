"""A redirect to a port without a listener."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import Listener, listener_rules, listeners, listeners_of
from stage3c.views.tasks import Block

_WEB = ("HTTP", "HTTPS")


def check(graph: Graph) -> Iterator[Finding]:
    """Look up where each redirect leads on its own load balancer."""
    for listener in listeners(graph):
        if listener.balancer is None or graph.is_handed_out(listener.balancer):
            continue
        beside = {each.port: each for each in listeners_of(graph, listener.balancer)}
        for target in listener.rules[0].redirects:
            fault = _fault(listener, target, beside)
            if fault and None not in beside:
                yield at(listener.resource, fault, "redirect to the port and protocol of a listener")
    redirecting = {rule.resource.address for rule in listener_rules(graph) if rule.redirects}
    for rule in listener_rules(graph):
        home = rule.listener
        if home is not None and home.address in redirecting and rule.resource.address not in redirecting:
            yield at(rule.resource, f"hangs on {home.address}, which redirects", "hang it on the HTTPS listener")


def _fault(listener: Listener, target: Block, beside: Mapping[int | None, Listener]) -> str | None:
    if target.get("host") not in (None, "#{host}"):
        return None
    protocol = target.get("protocol", "#{protocol}")
    written = target.get("port", "#{port}")
    port = listener.port if written == "#{port}" else number(written)
    if port is None:
        return None
    if port not in beside:
        return f"redirects to port {port}, at which nobody listens"
    if protocol == "#{protocol}":
        protocol = listener.resource.attributes.get("protocol", "HTTP")
    answering = beside[port].resource.attributes.get("protocol", "HTTP")
    if protocol in _WEB and answering in _WEB and protocol != answering:
        return f"redirects to {protocol} on port {port}, where {answering} is spoken"
    if (
        beside[port].resource is listener.resource
        and protocol == answering
        and target.get("path") in (None, "/#{path}")
    ):
        return "redirects to itself"
    return None


RULE = Rule(
    id="LBA202",
    scope="terraform",
    title="Redirect leads nowhere",
    what="A listener redirects to a port at which nobody listens, or a rule hangs on a listener that redirects.",
    why="Every browser follows the redirect and finds nobody; a rule for one service never sees a request over TLS.",
    fix="Redirect to the port of the HTTPS listener, and hang rules on that one.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb" "web" {
  subnets = ["subnet-12345678", "subnet-87654321"]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
""",
    good_terraform="""\
resource "aws_lb" "web" {
  subnets = ["subnet-12345678", "subnet-87654321"]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
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
    check_graph=check,
)
