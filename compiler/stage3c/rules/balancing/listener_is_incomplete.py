"""Listener is incomplete."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, is_known, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import ListenerRule, listener_rules

_NEEDS = {"forward": ("target_group_arn", "forward"), "redirect": ("redirect",), "fixed-response": ("fixed_response",)}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every listener and rule by itself."""
    for listener in graph.of_type("aws_lb_listener"):
        for fault in () if _may_be_of_gateway(graph, listener) else _faults(listener):
            yield at(listener, *fault)
    for rule in graph.of_type("aws_lb_listener_rule"):
        if rule.attributes.get("condition") is None:
            yield at(rule, "has no condition", 'add condition { path_pattern { values = ["/api/*"] } }')
        for condition in blocks(rule.attributes.get("condition")):
            if _is_empty(condition):
                yield at(rule, "has a condition without values", 'set values = ["/api/*"]')
    for each in listener_rules(graph):
        for fault in _faults_of_actions(each):
            yield at(each.resource, *fault)


def _is_empty(condition: Mapping[str, Value]) -> bool:
    """Tell whether a condition compares nothing; not where its blocks are made of values that are not known."""
    tests = [value for value in condition.values() if value not in (None, [])]
    written = [block for value in tests for block in blocks(value)]
    return not tests or any(block.get("values") == [] and not block.get("regex_values") for block in written)


def _may_be_of_gateway(graph: Graph, listener: Resource) -> bool:
    """Gateway load balancers take all ports, and their listeners name neither port nor protocol."""
    arn = listener.attributes.get("load_balancer_arn")
    balancer = graph.target(arn)
    groups = [
        graph.target(action.get("target_group_arn")) for action in blocks(listener.attributes.get("default_action"))
    ]
    kind = balancer.attributes.get("load_balancer_type") if balancer else None
    is_foreign = not isinstance(arn, str) and (balancer is None or balancer.mode != "resource" or not is_known(kind))
    return (
        kind == "gateway"
        or (isinstance(arn, str) and ":loadbalancer/gwy/" in arn)
        or (is_foreign and listener.attributes.get("protocol") is None)
        or any(group is not None and group.attributes.get("protocol") == "GENEVE" for group in groups)
    )


def _faults(listener: Resource) -> Iterator[tuple[str, str]]:
    attributes = listener.attributes
    protocol, port = attributes.get("protocol"), number(attributes.get("port"))
    secure = protocol in ("HTTPS", "TLS")
    if attributes.get("port") is None and protocol != "GENEVE":
        yield "has no port", "set port = 443"
    if secure and attributes.get("certificate_arn") is None:
        yield (
            f"uses {protocol} without a certificate_arn",
            "set certificate_arn to that of an aws_acm_certificate_validation",
        )
    if not secure and protocol is not None and isinstance(protocol, str):
        given = [key for key in ("certificate_arn", "ssl_policy") if attributes.get(key) not in (None, "")]
        if given:
            yield (
                f"uses {protocol} but has {given[0]}, which only HTTPS accepts",
                f'remove {given[0]}, or set protocol = "HTTPS"',
            )
    if protocol is None and attributes.get("certificate_arn") is not None and port is not None:
        yield "has a certificate_arn but no protocol; the default is HTTP", 'set protocol = "HTTPS"'


def _faults_of_actions(rule: ListenerRule) -> Iterator[tuple[str, str]]:
    for action in rule.actions:
        kind = action.get("type")
        wanted = _NEEDS.get(kind, ()) if isinstance(kind, str) else ()
        if wanted and all(action.get(key) in (None, [], {}) for key in wanted):
            yield f"has an action of type {kind} without {' or '.join(wanted)}", f"add {wanted[0]} to the action"
        for answer in blocks(action.get("fixed_response")):
            if answer.get("content_type") is None:
                yield "has a fixed_response without content_type", 'set content_type = "text/plain"'
    for target in rule.redirects:
        if all(target.get(key) is None for key in ("port", "protocol", "host", "path")):
            yield "redirects to itself", 'set port = "443" and protocol = "HTTPS"'
        if target.get("status_code") is None:
            yield "has a redirect without status_code", 'set status_code = "HTTP_301"'


RULE = Rule(
    id="LBA201",
    scope="terraform",
    title="Listener is incomplete",
    what="A listener or listener rule has no port, certificate, condition or target.",
    why="AWS rejects it at apply, or requests get no response.",
    fix=(
        "Set what the finding names: the port, the `certificate_arn` of an HTTPS listener, or the target of the action."
    ),
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
