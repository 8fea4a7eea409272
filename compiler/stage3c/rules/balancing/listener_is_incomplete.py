"""A listener that AWS does not take."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, listener_rules, listeners

_NEEDS = {"forward": ("target_group_arn", "forward"), "redirect": ("redirect",), "fixed-response": ("fixed_response",)}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every listener and rule by itself."""
    for listener in listeners(graph):
        for fault in (
            *(() if _is_of_gateway(graph, listener) else _faults(listener)),
            *_faults_of_actions(blocks(listener.attributes.get("default_action"))),
        ):
            yield at(listener, fault, "complete it")
    for rule in listener_rules(graph):
        if rule.attributes.get("condition") is None:
            yield at(rule, "has no condition", "give it a path_pattern or a host_header")
        for condition in blocks(rule.attributes.get("condition")):
            written = [block for value in condition.values() for block in blocks(value)]
            if not written or any(block.get("values") == [] for block in written):
                yield at(rule, "has a condition without values", "name paths or hosts")
        for fault in _faults_of_actions(blocks(rule.attributes.get("action"))):
            yield at(rule, fault, "complete it")


def _is_of_gateway(graph: Graph, listener: Resource) -> bool:
    """Gateway load balancers take all ports, and their listeners name none."""
    arn = listener.attributes.get("load_balancer_arn")
    balancer = graph.target(arn)
    groups = [
        graph.target(action.get("target_group_arn")) for action in blocks(listener.attributes.get("default_action"))
    ]
    return (
        (balancer is not None and balancer.attributes.get("load_balancer_type") == "gateway")
        or (isinstance(arn, str) and ":loadbalancer/gwy/" in arn)
        or any(group is not None and group.attributes.get("protocol") == "GENEVE" for group in groups)
    )


def _faults(listener: Resource) -> Iterator[str]:
    attributes = listener.attributes
    protocol, port = attributes.get("protocol"), number(attributes.get("port"))
    secure = protocol in ("HTTPS", "TLS")
    if attributes.get("port") is None and protocol != "GENEVE":
        yield "names no port"
    if secure and attributes.get("certificate_arn") is None:
        yield f"speaks {protocol} without a certificate"
    if not secure and protocol is not None and isinstance(protocol, str):
        given = [key for key in ("certificate_arn", "ssl_policy") if attributes.get(key) is not None]
        if given:
            yield f"speaks {protocol} and has a {given[0]}, which only HTTPS takes"
    if protocol is None and attributes.get("certificate_arn") is not None and port is not None:
        yield "has a certificate, and no protocol HTTPS"
    if protocol == "HTTP" and port == 443:  # noqa: PLR2004 - the port of HTTPS
        yield "speaks HTTP on port 443"


def _faults_of_actions(actions: list[Container]) -> Iterator[str]:
    for action in actions:
        kind = action.get("type")
        wanted = _NEEDS.get(kind, ()) if isinstance(kind, str) else ()
        if wanted and all(action.get(key) in (None, [], {}) for key in wanted):
            yield f"has an action of type {kind} without {' or '.join(wanted)}"
        for answer in blocks(action.get("fixed_response")):
            if answer.get("content_type") is None:
                yield "answers without a content_type"
        for target in blocks(action.get("redirect")):
            if all(target.get(key) is None for key in ("port", "protocol", "host", "path")):
                yield "redirects to itself"
            if target.get("status_code") is None:
                yield "redirects without a status_code"


RULE = Rule(
    id="LBA201",
    scope="terraform",
    title="Listener is incomplete",
    what="A listener or a rule of one lacks a port, a certificate, a condition, or what its action leads to.",
    why="AWS refuses it at apply, or clients get an answer from nowhere.",
    fix="Give the action its target group, redirect or fixed response, and an HTTPS listener its certificate.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 443
  protocol          = "HTTPS"
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
