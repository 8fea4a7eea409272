"""A redirect to a port without a listener."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, listener_rules, listeners


def check(graph: Graph) -> Iterator[Finding]:
    """Look up where each redirect leads on its own load balancer."""
    for listener in listeners(graph):
        balancer = graph.target(listener.attributes.get("load_balancer_arn"))
        if balancer is None or graph.is_handed_out(balancer):
            continue
        all_ = [each for each in listeners(graph) if graph.target(each.attributes.get("load_balancer_arn")) is balancer]
        beside = {_port(graph, each): each for each in all_}
        for target in _redirects(listener):
            fault = _fault(graph, listener, target, beside)
            if fault and None not in beside:
                yield at(listener, fault, "redirect to the port and protocol of a listener")
    for rule in listener_rules(graph):
        home = graph.target(rule.attributes.get("listener_arn"))
        if home is not None and any(_redirects(home)) and _forwards(rule):
            yield at(rule, f"hangs on {home.address}, which redirects", "hang it on the HTTPS listener")


def _forwards(rule: Resource) -> bool:
    """A rule that answers by itself belongs beside a redirect: an ACME challenge, a health page."""
    return any(action.get("type") == "forward" for action in blocks(rule.attributes.get("action")))


def _redirects(resource: Resource) -> list[Container]:
    actions = [*blocks(resource.attributes.get("default_action")), *blocks(resource.attributes.get("action"))]
    return [target for action in actions for target in blocks(action.get("redirect"))]


def _port(graph: Graph, listener: Resource) -> int | None:
    return number(graph.resolved(listener.attributes.get("port")))


def _fault(graph: Graph, listener: Resource, target: Container, beside: dict[int | None, Resource]) -> str | None:
    if target.get("host") not in (None, "#{host}"):
        return None
    protocol = target.get("protocol", "#{protocol}")
    own = _port(graph, listener)
    written = target.get("port", "#{port}")
    port = own if written == "#{port}" else number(written)
    if port is None:
        return None
    if port not in beside:
        return f"redirects to port {port}, at which nobody listens"
    if protocol == "#{protocol}":
        protocol = listener.attributes.get("protocol", "HTTP")
    answering = beside[port].attributes.get("protocol", "HTTP")
    if (
        isinstance(protocol, str)
        and protocol in ("HTTP", "HTTPS")
        and answering in ("HTTP", "HTTPS")
        and protocol != answering
    ):
        return f"redirects to {protocol} on port {port}, where {answering} is spoken"
    if beside[port] is listener and protocol == answering and target.get("path") in (None, "/#{path}"):
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
