import re

from stage3c.graph import Ref, Resource
from stage3c.resources.firewalls import way_out
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, example, reference

INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
CLOSED = """
network: {nat: none, route_tables: {private: {default_route: none}}, endpoints: [s3, ecr, secretsmanager, logs]}
"""
ALLOWED = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UserIdGroupPair.html"""


def rules(over: str = "") -> list[Resource]:
    graph = compiled(over)
    return [*graph.of_type(INGRESS), *graph.of_type(EGRESS)]


def test_the_reference_stack_has_five_groups_without_rules_of_their_own() -> None:
    groups = compile_stack(reference()).of_type("aws_security_group")
    assert [group.name for group in groups] == [
        "database_main",
        "load_balancer_internal",
        "load_balancer_public",
        "service_fastapi",
        "service_nodejs",
    ]
    assert not any({"ingress", "egress"} & set(group.attributes) for group in groups)


def test_a_flow_between_groups_has_a_rule_on_each_side_by_reference() -> None:
    graph = compiled()
    let_in = attributes(graph, f"{INGRESS}.service_api_from_load_balancer_internal_8000")
    let_out = attributes(graph, f"{EGRESS}.load_balancer_internal_to_service_api_8000")
    balancer, service = Ref("aws_security_group.load_balancer_internal"), Ref("aws_security_group.service_api")
    assert (let_in["security_group_id"], let_in["referenced_security_group_id"]) == (service, balancer)
    assert (let_out["security_group_id"], let_out["referenced_security_group_id"]) == (balancer, service)
    for rule in (let_in, let_out):
        assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 8000, 8000)


def test_no_rule_names_an_address_inside_the_vpc() -> None:
    for rule in (*rules(), *rules(CLOSED)):
        peers = {"referenced_security_group_id", "cidr_ipv4", "prefix_list_id"} & set(rule.attributes)
        assert len(peers) == 1
        assert rule.attributes.get("cidr_ipv4", "0.0.0.0/0") == "0.0.0.0/0"


def test_a_gateway_endpoint_is_reached_by_its_prefix_list() -> None:
    rule = attributes(compiled("network: {endpoints: [s3]}"), f"{EGRESS}.service_api_to_s3_443")
    assert rule["prefix_list_id"] == Ref("aws_vpc_endpoint.s3", "prefix_list_id")


def test_a_database_lets_nothing_out() -> None:
    owners = [rule.attributes["security_group_id"] for rule in compiled().of_type(EGRESS)]
    assert Ref("aws_security_group.database_orders") not in owners


def test_endpoints_let_in_each_service_by_its_group() -> None:
    owner = Ref("aws_security_group.endpoints")
    found = [rule for rule in compiled(CLOSED).of_type(INGRESS) if rule.attributes["security_group_id"] == owner]
    assert [rule.name for rule in found] == ["endpoints_from_service_api_443", "endpoints_from_service_web_443"]


def test_a_network_of_its_own_keeps_its_name_in_the_address_of_its_rule() -> None:
    graph = compiled("load_balancers: {public: {allow_from: [198.51.100.0/24]}}")
    rule = attributes(graph, f"{INGRESS}.load_balancer_public_from_198-51-100-0-24_443")
    assert rule["cidr_ipv4"] == "198.51.100.0/24"


def test_every_rule_says_why_in_letters_that_ec2_takes() -> None:
    for rule in (*rules(), *rules(CLOSED)):
        assert ALLOWED.fullmatch(str(rule.attributes["description"])), rule.address


def test_a_rule_comes_from_the_line_that_asked_for_it() -> None:
    rule = compiled().resources[f"{INGRESS}.load_balancer_internal_from_service_web_80"]
    assert rule.origin.path == ("services", "web", "calls", "API_URL")


def test_a_services_way_out_is_made_of_rules_that_exist() -> None:
    for over in ("", CLOSED):
        graph, stack = compiled(over), example(over)
        for service in stack.services:
            assert set(way_out(stack, service)) <= set(graph.resources)
    assert f"{INGRESS}.endpoints_from_service_api_443" in way_out(example(CLOSED), "api")
