"""Every port of every stack, shifted by one: of what then does not work, a rule says so."""

from collections.abc import Iterator, Mapping

import pytest
from msgspec.structs import replace
from stage3c.graph import Graph, Ref, Resource, Value, number

from tests.mutation import findings, graphs

PORTS = ("from_port", "to_port", "port", "container_port")
RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_network_acl_rule")
SHIFTED = (*RULES, "aws_network_acl", "aws_security_group", "aws_lb_listener", "aws_lb_target_group")


def shifted(value: Mapping[str, Value]) -> dict[str, Value]:
    """Arguments with all of their ports one higher, those in blocks included."""
    found: dict[str, Value] = {}
    for key, inner in value.items():
        port = number(inner) if key in PORTS else None
        if port is not None and 0 < port < 65535:
            found[key] = str(port + 1) if isinstance(inner, str) else port + 1
        elif isinstance(inner, list | tuple):
            found[key] = [shifted(each) if isinstance(each, Mapping) else each for each in inner]
        else:
            found[key] = inner
    return found


def shifts(graph: Graph) -> Iterator[tuple[Resource, Graph]]:
    """Each resource that has ports, with the graph in which they are shifted."""
    for resource in graph.of_type(*SHIFTED):
        attributes = shifted(resource.attributes)
        if attributes != resource.attributes:
            changed = replace(resource, attributes=attributes)
            yield resource, replace(graph, resources={**graph.resources, resource.address: changed})


def is_spare(graph: Graph, rule: Resource) -> bool:
    """Whether what passes by a rule of a group passes by its other rules too.

    S3 by its prefix list, where the group may go anywhere; the internet, where everything that the stack needs of AWS is
    behind interface endpoints, to which the group may go.
    """
    same = ("security_group_id", "from_port", "to_port", "ip_protocol")
    others = [other for other in graph.of_type(rule.type) if other is not rule]
    alike = [o for o in others if all(o.attributes.get(key) == rule.attributes.get(key) for key in same)]
    anywhere = any(other.attributes.get("cidr_ipv4") == "0.0.0.0/0" for other in alike)
    endpoints = any(
        other.attributes.get("referenced_security_group_id") == Ref("aws_security_group.endpoints") for other in alike
    )
    is_to_internet = rule.attributes.get("cidr_ipv4") == "0.0.0.0/0"
    return (anywhere and rule.attributes.get("prefix_list_id") is not None) or (endpoints and is_to_internet)


def is_without_effect(resource: Resource) -> bool:
    """A target group's own port is used for no target that ECS registers: each has the port of its container.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html (2026-11-28)
    """
    return resource.type == "aws_lb_target_group"


@pytest.mark.slow
def test_a_shifted_port_of_any_stack_is_noticed() -> None:
    missed, tried = [], 0
    for stack, graph in graphs().items():
        before = findings(graph)
        for resource, broken in shifts(graph):
            if not is_spare(graph, resource) and not is_without_effect(resource):
                tried += 1
                missed += [] if findings(broken) - before else [(stack, resource.address)]
    assert missed == []
    assert tried > 100
