"""Redirect to a port without a listener."""

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
                yield at(
                    listener,
                    fault,
                    'redirect to a port that has a listener, such as port = "443" with protocol = "HTTPS"',
                )
    for rule in listener_rules(graph):
        home = graph.target(rule.attributes.get("listener_arn"))
        if home is not None and any(_redirects(home)) and not any(_redirects(rule)):
            yield at(
                rule,
                f"is attached to {home.address}, which redirects every request",
                "set listener_arn to that of the HTTPS listener",
            )


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
        return f"redirects to port {port}, which has no listener"
    if protocol == "#{protocol}":
        protocol = listener.attributes.get("protocol", "HTTP")
    answering = beside[port].attributes.get("protocol", "HTTP")
    if (
        isinstance(protocol, str)
        and protocol in ("HTTP", "HTTPS")
        and answering in ("HTTP", "HTTPS")
        and protocol != answering
    ):
        return f"redirects to {protocol} on port {port}, whose listener uses {answering}"
    if beside[port] is listener and protocol == answering and target.get("path") in (None, "/#{path}"):
        return "redirects to itself"
    return None


RULE = Rule(
    id="LBA202",
    scope="terraform",
    title="Redirect to a port without a listener",
    what="A listener redirects to a port without a listener, or a rule is attached to a listener that redirects.",
    why="Browsers follow the redirect and get no response; the rule never receives an HTTPS request.",
    fix="Redirect to the port of the HTTPS listener, and attach rules to that listener.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="# without aws_lb_listener.https\n",
    check_graph=check,
)
