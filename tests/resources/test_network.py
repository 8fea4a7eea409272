from typing import Any

from stage3c.graph import Graph, Ref
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, reference

PER_ZONE = "network: {nat: per_zone}"
CLOSED = "network: {nat: none, route_tables: {private: {default_route: none}}}"


def names(graph: Graph, kind: str) -> list[str]:
    return [resource.name for resource in graph.of_type(kind)]


def test_the_vpc_resolves_names() -> None:
    vpc = attributes(compiled(), "aws_vpc.main")
    assert (vpc["cidr_block"], vpc["enable_dns_support"], vpc["enable_dns_hostnames"]) == ("10.0.0.0/16", True, True)


def test_each_tier_has_a_subnet_in_each_zone_in_the_order_of_the_spec() -> None:
    found = {s.name: s.attributes["cidr_block"] for s in compile_stack(reference()).of_type("aws_subnet")}
    tiers = [("public", 1), ("private", 3), ("database", 5)]
    assert found == {f"{tier}_{zone}": f"10.1.{n + i}.0/24" for tier, n in tiers for i, zone in enumerate("ab")}


def test_no_subnet_gives_out_public_addresses() -> None:
    assert not any(s.attributes["map_public_ip_on_launch"] for s in compiled().of_type("aws_subnet"))


def test_a_subnet_comes_from_its_line_of_the_spec() -> None:
    origin = compiled().resources["aws_subnet.private_b"].origin
    assert origin.path == ("network", "subnets", "private", "cidrs", 1)


def test_every_subnet_has_one_explicit_association() -> None:
    for graph in (compiled(), compiled(PER_ZONE), compiled(CLOSED)):
        associations: Any = [a.attributes["subnet_id"] for a in graph.of_type("aws_route_table_association")]
        assert sorted(ref.address for ref in associations) == [s.address for s in graph.of_type("aws_subnet")]


def test_one_nat_gateway_stands_in_the_first_zone_and_waits_for_the_internet_gateway() -> None:
    graph = compiled()
    assert (names(graph, "aws_nat_gateway"), names(graph, "aws_eip")) == (["a"], ["nat_a"])
    gateway = graph.resources["aws_nat_gateway.a"]
    assert gateway.attributes["subnet_id"] == Ref("aws_subnet.public_a")
    assert gateway.depends_on == ("aws_internet_gateway.main",)


def test_a_nat_gateway_in_each_zone_has_a_route_table_in_each_zone() -> None:
    graph = compiled(PER_ZONE)
    assert names(graph, "aws_nat_gateway") == ["a", "b"]
    assert names(graph, "aws_route_table") == ["isolated", "private_a", "private_b", "public"]
    assert attributes(graph, "aws_route.private_b_default")["nat_gateway_id"] == Ref("aws_nat_gateway.b")
    association = attributes(graph, "aws_route_table_association.private_b")
    assert association["route_table_id"] == Ref("aws_route_table.private_b")


def test_nat_gateways_stand_in_the_tier_that_is_named() -> None:
    over = "network: {nat_subnets: edge, subnets: {edge: {cidrs: [10.0.8.0/24, 10.0.9.0/24], route_table: public}}}"
    assert attributes(compiled(over), "aws_nat_gateway.a")["subnet_id"] == Ref("aws_subnet.edge_a")


def test_default_routes_are_resources_of_their_own_and_isolated_tables_have_none() -> None:
    graph = compiled()
    assert names(graph, "aws_route") == ["private_default", "public_default"]
    assert attributes(graph, "aws_route.public_default")["gateway_id"] == Ref("aws_internet_gateway.main")
    assert attributes(graph, "aws_route.private_default")["nat_gateway_id"] == Ref("aws_nat_gateway.a")
    assert not any("route" in table.attributes for table in graph.of_type("aws_route_table"))


def test_without_nat_there_is_neither_gateway_nor_address() -> None:
    graph = compiled(CLOSED)
    assert names(graph, "aws_nat_gateway") == names(graph, "aws_eip") == []
    assert names(graph, "aws_route") == ["public_default"]


def test_without_a_way_to_the_internet_there_is_no_internet_gateway() -> None:
    over = "network: {nat: none, route_tables: {public: {default_route: none}, private: {default_route: none}}}"
    assert names(compiled(over), "aws_internet_gateway") == names(compiled(over), "aws_route") == []


def test_what_the_console_lists_by_name_has_one() -> None:
    tagged = ("vpc", "internet_gateway", "eip", "nat_gateway", "route_table", "subnet", "security_group")
    graph = compiled()
    for kind in tagged:
        for resource in graph.of_type(f"aws_{kind}"):
            tags: Any = resource.attributes["tags"]
            assert tags["Name"].startswith("shop-prod"), resource.address
