"""Redirect to a port without a listener."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import Listener, listeners, listeners_of
from stage3c.views.tasks import Block

_WEB = ("HTTP", "HTTPS")


def check(graph: Graph) -> Iterator[Finding]:
    """Look up where each redirect leads on its own load balancer."""
    for listener in listeners(graph):
        if listener.balancer is None or graph.is_handed_out(listener.balancer):
            continue
        beside = {each.port: each for each in listeners_of(graph, listener.balancer)}
        if not graph.of_type("aws_lb_target_group"):  # what answers is kept elsewhere, and maybe its listener
            beside[None] = listener
        for rule in listener.rules:
            for fault in filter(None, (_fault(listener, target, beside) for target in rule.redirects)):
                fix = 'redirect to a port that has a listener, such as port = "443" with protocol = "HTTPS"'
                yield at(rule.resource, fault, fix)


def _fault(listener: Listener, target: Block, beside: Mapping[int | None, Listener]) -> str | None:
    if target.get("host") not in (None, "#{host}"):
        return None
    protocol = target.get("protocol", "#{protocol}")
    written = target.get("port", "#{port}")
    port = listener.port if written == "#{port}" else number(written)
    if port is None:
        return None
    if port not in beside:
        return None if None in beside else f"redirects to port {port}, which has no listener"
    if protocol == "#{protocol}":
        protocol = listener.resource.attributes.get("protocol", "HTTP")
    answering = beside[port].resource.attributes.get("protocol", "HTTP")
    if protocol in _WEB and answering in _WEB and protocol != answering:
        return f"redirects to {protocol} on port {port}, whose listener uses {answering}"
    if (
        beside[port].resource is listener.resource
        and protocol == answering
        and target.get("path") in (None, "/#{path}")
        and target.get("query") in (None, "#{query}")
    ):
        return "redirects to itself"
    return None


RULE = Rule(
    id="LBA202",
    scope="terraform",
    title="Redirect to a port without a listener",
    what="A listener redirects to a port of its load balancer without a listener, or to itself.",
    why="Browsers follow the redirect and get no response.",
    fix="Redirect to the port of the HTTPS listener.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-24)",
    bad_terraform="# without aws_lb_listener.https\n",
    check_graph=check,
)
