"""Load balancers with their listeners, the rules of these and where they forward to, parsed once a graph."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from stage3c.graph import Graph, Resource, Value, blocks, flag, is_known, number, refs_in
from stage3c.views.tasks import Block


class ListenerRule(Struct, frozen=True):
    """A rule of a listener; the default one stands in the listener itself, which is then the `resource`."""

    resource: Resource
    listener: Resource | None
    actions: tuple[Block, ...]
    refers_to: frozenset[str]
    """The addresses in its actions, target groups among them."""
    is_known: bool

    @property
    def redirects(self) -> list[Block]:
        """Its redirect blocks."""
        return [target for action in self.actions for target in blocks(action.get("redirect"))]

    @property
    def forwards(self) -> bool:
        """Tell whether it forwards. A rule that answers by itself belongs beside a redirect: an ACME challenge, a health page."""
        return any(action.get("type") == "forward" for action in self.actions)


class Listener(Struct, frozen=True):
    """A listener; `rules` starts with the default one."""

    resource: Resource
    balancer: Resource | None
    port: int | None
    rules: tuple[ListenerRule, ...]

    @property
    def refers_to(self) -> frozenset[str]:
        """The addresses in the actions of all of its rules."""
        return frozenset[str]().union(*(rule.refers_to for rule in self.rules))


class AccessLogs(Struct, frozen=True):
    """An `access_logs` block."""

    bucket: Resource | None
    enabled: bool | None
    prefix: Value


class LoadBalancer(Struct, frozen=True):
    """A load balancer with everything that refers to it as a listener."""

    resource: Resource
    listeners: tuple[Listener, ...]
    subnets: Value
    logs: tuple[AccessLogs, ...]

    @property
    def kind(self) -> Value:
        """Whether it is an application, network or gateway load balancer."""
        return self.resource.attributes.get("load_balancer_type", "application")

    @property
    def is_public(self) -> bool | None:
        """Tell whether it faces the internet; None where that is unknown."""
        internal = flag(self.resource.attributes.get("internal"), default=False)
        return None if internal is None else not internal


def load_balancers(graph: Graph) -> list[LoadBalancer]:
    """The load balancers that a graph makes."""
    return [each for each in graph.derived(_load_balancers).values() if each.resource.mode == "resource"]


def load_balancer(graph: Graph, resource: Resource | None) -> LoadBalancer | None:
    """A resource as a load balancer, made or looked up, if it is one."""
    return graph.derived(_load_balancers).get(resource.address) if resource else None


def listeners(graph: Graph) -> list[Listener]:
    """The listeners that a graph makes."""
    return [each for each in graph.derived(_listeners) if each.resource.mode == "resource"]


def listener_rules(graph: Graph) -> tuple[ListenerRule, ...]:
    """Every rule of a graph: the default ones first."""
    return graph.derived(_listener_rules)


def listeners_of(graph: Graph, balancer: Resource) -> list[Listener]:
    """The listeners that certainly belong to a load balancer."""
    return [each for each in listeners(graph) if each.balancer is balancer]


def balancers_of(graph: Graph, group: Resource) -> list[Resource]:
    """The load balancers that forward to a target group."""
    return list(graph.derived(_forwarding).get(group.address, {}).values())


def _load_balancers(graph: Graph) -> Mapping[str, LoadBalancer]:
    found = (resource for resource in graph.resources.values() if resource.type == "aws_lb")
    return {resource.address: _load_balancer(graph, resource) for resource in found}


def _load_balancer(graph: Graph, resource: Resource) -> LoadBalancer:
    attributes = resource.attributes
    found = tuple(_listener(graph, user) for user in graph.users(resource) if user.type == "aws_lb_listener")
    mappings = attributes.get("subnet_mapping")
    mapped = [block.get("subnet_id") for block in blocks(mappings)] or mappings
    logs = tuple(_logs(graph, block) for block in blocks(attributes.get("access_logs")))
    return LoadBalancer(resource, found, mapped or attributes.get("subnets"), logs)


def _logs(graph: Graph, block: Block) -> AccessLogs:
    return AccessLogs(graph.target(block.get("bucket")), flag(block.get("enabled"), default=False), block.get("prefix"))


def _listeners(graph: Graph) -> list[Listener]:
    return [_listener(graph, each) for each in graph.resources.values() if each.type == "aws_lb_listener"]


def _listener(graph: Graph, resource: Resource) -> Listener:
    rules = [_rule(graph, user) for user in graph.users(resource) if user.type == "aws_lb_listener_rule"]
    return Listener(
        resource,
        graph.target(resource.attributes.get("load_balancer_arn")),
        number(graph.resolved(resource.attributes.get("port"))),
        (_rule(graph, resource), *rules),
    )


def _listener_rules(graph: Graph) -> tuple[ListenerRule, ...]:
    owners = (*graph.of_type("aws_lb_listener"), *graph.of_type("aws_lb_listener_rule"))
    return tuple(_rule(graph, owner) for owner in owners)


def _rule(graph: Graph, resource: Resource) -> ListenerRule:
    is_default = resource.type == "aws_lb_listener"
    listener = resource if is_default else graph.target(resource.attributes.get("listener_arn"))
    written = resource.attributes.get("default_action" if is_default else "action")
    addresses = frozenset(ref.address for ref in refs_in(written))
    return ListenerRule(resource, listener, tuple(blocks(written)), addresses, is_known(written))


def _forwarding(graph: Graph) -> Mapping[str, Mapping[str, Resource]]:
    """The load balancers of each target group, both by address."""
    found: dict[str, dict[str, Resource]] = defaultdict(dict)
    for listener in graph.derived(_listeners):
        if listener.balancer is not None and listener.balancer.type == "aws_lb":
            for address in listener.refers_to:
                found[address][listener.balancer.address] = listener.balancer
    return found
