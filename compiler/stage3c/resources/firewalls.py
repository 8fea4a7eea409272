"""Security groups without rules of their own, and one rule on each side of every flow."""

from collections.abc import Iterator

from stage3c.diagnostics import Path
from stage3c.graph import Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.endpoints import interface_endpoints
from stage3c.resources.flows import Addresses, Flow, Group, Peer, PrefixList, flows, flows_of
from stage3c.resources.naming import name_tag, named
from stage3c.resources.network import VPC


def firewalls(stack: Stack) -> Iterator[Resource]:
    """The groups and their rules."""
    for kind, section in (("load_balancer", "load_balancers"), ("service", "services"), ("database", "databases")):
        for key, described in getattr(stack, section).items():
            keys = (kind.replace("_", "-"), described.formerly or key)
            yield _group(stack, f"{kind}_{key}", keys, (section, key))
    if interface_endpoints(stack):
        yield _group(stack, "endpoints", ("endpoints",), ("network", "endpoints"))
    for flow in flows(stack):
        if isinstance(flow.target, Group):
            yield _rule("ingress", flow, flow.target, flow.source, "from")
        if isinstance(flow.source, Group):
            yield _rule("egress", flow, flow.source, flow.target, "to")


def way_out(stack: Stack, service: str) -> list[str]:
    """The addresses of the rules that a service's tasks need before they start: without them no image is pulled."""
    group = Group(f"service_{service}")
    out = [flow for flow in flows_of(stack, service) if flow.source == group]
    rules = [_rule("egress", flow, group, flow.target, "to").address for flow in out]
    endpoint = [flow for flow in out if flow.target == Group("endpoints")]
    return sorted({*rules, *(_rule("ingress", flow, Group("endpoints"), group, "from").address for flow in endpoint)})


def admissions(stack: Stack, service: str) -> list[str]:
    """The addresses of the rules by which others of the stack, such as databases, admit a service's tasks."""
    group = Group(f"service_{service}")
    admitting = [(flow, flow.target) for flow in flows_of(stack, service) if isinstance(flow.target, Group)]
    return sorted(_rule("ingress", flow, to, group, "from").address for flow, to in admitting if to != group)


def _group(stack: Stack, name: str, keys: tuple[str, ...], path: Path) -> Resource:
    attributes: dict[str, Value] = {
        "name": named(stack, "aws_security_group.name", *keys),
        "description": " ".join((keys[0].replace("-", " "), *keys[1:])),
        "vpc_id": VPC,
        "tags": name_tag(stack, *keys),
    }
    return Resource("aws_security_group", name, attributes, Origin(path))


def _rule(direction: str, flow: Flow, owner: Group, peer: Peer, word: str) -> Resource:
    attributes: dict[str, Value] = {
        "security_group_id": Ref(f"aws_security_group.{owner.name}"),
        **_peer(peer),
        "ip_protocol": "tcp",
        "from_port": flow.port,
        "to_port": flow.port,
        "description": flow.why,
    }
    name = f"{owner.name}_{word}_{_label(peer)}_{flow.port}"
    return Resource(f"aws_vpc_security_group_{direction}_rule", name, attributes, Origin(flow.path))


def _peer(peer: Peer) -> dict[str, Value]:
    match peer:
        case Group(name=name):
            return {"referenced_security_group_id": Ref(f"aws_security_group.{name}")}
        case Addresses(cidr=cidr):
            return {"cidr_ipv4": cidr}
        case PrefixList(endpoint=endpoint):
            return {"prefix_list_id": Ref(f"aws_vpc_endpoint.{endpoint}", "prefix_list_id")}


def _label(peer: Peer) -> str:
    match peer:
        case Group(name=name):
            return name
        case Addresses(label=label):
            return label
        case PrefixList(endpoint=endpoint):
            return endpoint
