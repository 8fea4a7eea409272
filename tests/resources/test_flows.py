import pytest
from stage3c.language.model.stack import Stack
from stage3c.resources.flows import Addresses, Group, Peer, PrefixList, flows, reaches_internet

from tests.resources.stacks import example, reference

CLOSED = """
network: {nat: none, route_tables: {private: {default_route: none}}, endpoints: [s3, ecr, secretsmanager, logs]}
"""
PUBLIC = """
network: {nat: none, route_tables: {private: {default_route: none}}}
services: {web: {subnets: public}, api: {subnets: public, assign_public_ip: true}}
"""


def label(peer: Peer) -> str:
    match peer:
        case Group(name=text) | Addresses(cidr=text) | PrefixList(endpoint=text):
            return text


def told(stack: Stack) -> set[str]:
    return {f"{label(flow.source)} -> {label(flow.target)}:{flow.port}" for flow in flows(stack)}


def test_the_reference_stack_has_these_flows_and_no_others() -> None:
    assert told(reference()) == {
        "0.0.0.0/0 -> load_balancer_public:80",
        "0.0.0.0/0 -> load_balancer_public:443",
        "load_balancer_public -> service_nodejs:3000",
        "service_nodejs -> load_balancer_internal:80",
        "load_balancer_internal -> service_fastapi:8000",
        "service_fastapi -> database_main:5432",
        "service_fastapi -> s3:443",
        "service_nodejs -> s3:443",
        "service_fastapi -> 0.0.0.0/0:443",
        "service_nodejs -> 0.0.0.0/0:443",
    }


def test_without_a_way_out_services_reach_aws_through_endpoints_alone() -> None:
    found = told(example(CLOSED))
    assert {"service_web -> endpoints:443", "service_api -> endpoints:443", "service_api -> s3:443"} <= found
    assert not any(flow.endswith("-> 0.0.0.0/0:443") for flow in found)


def test_a_public_subnet_is_a_way_out_only_with_an_address() -> None:
    stack = example(PUBLIC)
    assert (reaches_internet(stack, "web"), reaches_internet(stack, "api")) == (False, True)


def test_an_internal_load_balancer_is_closed_to_networks() -> None:
    assert not any(isinstance(f.source, Addresses) and "internal" in label(f.target) for f in flows(example()))


@pytest.mark.parametrize(
    ("balancer", "expected"),
    [
        ("{http: 8080}", "service_web -> load_balancer_internal:8080"),
        ("{https: {port: 8443}}", "service_web -> load_balancer_internal:8443"),
        ("{scheme: internet-facing, subnets: public}", "service_web -> 0.0.0.0/0:80"),
        ("{scheme: internet-facing, subnets: public, https: true}", "service_web -> 0.0.0.0/0:443"),
    ],
)
def test_a_call_goes_to_the_port_that_answers_it(balancer: str, expected: str) -> None:
    assert expected in told(example(f"load_balancers: {{internal: {balancer}}}"))


def test_each_network_that_is_let_in_has_a_flow_and_its_line_in_the_spec() -> None:
    stack = example("load_balancers: {public: {allow_from: [198.51.100.0/24, 203.0.113.0/24]}}")
    found = {(label(f.source), f.port, f.path) for f in flows(stack) if isinstance(f.source, Addresses)}
    path = ("load_balancers", "public", "allow_from")
    networks = enumerate(("198.51.100.0/24", "203.0.113.0/24"))
    assert found == {(cidr, port, (*path, i)) for i, cidr in networks for port in (80, 443)}


def test_a_database_is_reached_on_its_own_port_and_reaches_nothing() -> None:
    stack = example("databases: {orders: {port: 6543}}")
    assert "service_api -> database_orders:6543" in told(stack)
    assert not any(label(flow.source).startswith("database_") for flow in flows(stack))


def test_without_a_database_nobody_queries() -> None:
    over = "databases: null\nservices: {api: {uses: null, secrets: null, health: {ready: {touches: null}}}}"
    assert not any("database" in flow for flow in told(example(over)))


def test_no_flow_is_told_twice() -> None:
    stack = example("load_balancers: {internal: {scheme: internet-facing, subnets: public, https: true}}")
    found = [(flow.source, flow.target, flow.port) for flow in flows(stack)]
    assert len(found) == len(set(found))
