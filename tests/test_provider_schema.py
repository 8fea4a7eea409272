"""The compiler's own output is held against the provider's schema, oldest and newest."""

import json

import pytest
from stage3c.graph import Expr, Graph, Json, Lifecycle, Origin, Output, Ref, Resource, Text, Value
from stage3c.readers.provider_schema import block_kinds, check, computed_names, deprecations

from tests.conftest import ROOT
from tests.facts.regenerate_provider import FACTS, provider_facts
from tests.terraform import needs_terraform

VPC = Resource("aws_vpc", "main", {"cidr_block": "10.0.0.0/16"}, Origin())
PARTITION = Resource("aws_partition", "this", {}, Origin(), mode="data")
PASSWORD = Resource("aws_secretsmanager_random_password", "db", {}, Origin(), mode="ephemeral")
AROUND = (VPC, PARTITION, PASSWORD)


def problems(kind: str, attributes: dict[str, Value]) -> list[str]:
    """What is wrong with one resource beside a few sound ones, without its address."""
    found = check(Graph.of([*AROUND, Resource(kind, "x", attributes, Origin())]))
    return [problem.removeprefix(f"{kind}.x: ") for problem in found]


def test_a_sound_graph_has_no_problem() -> None:
    assert check(Graph.of(AROUND)) == []


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("aws_nothing", {}, ["facts/provider_types.json knows no resource aws_nothing"]),
        ("aws_vpc", {"cidr": "10.0.0.0/16"}, ["cidr: unknown"]),
        ("aws_vpc", {"arn": "x"}, ["arn: set by AWS alone"]),
        ("aws_vpc", {"cidr_block": None}, []),
        ("aws_subnet", {}, ["vpc_id: required"]),
        ("aws_subnet", {"vpc_id": None}, ["vpc_id: required"]),
        ("aws_vpc", {"enable_dns_support": "true"}, ["enable_dns_support: str, where the provider wants bool"]),
        ("aws_vpc", {"cidr_block": 10}, ["cidr_block: int, where the provider wants string"]),
        ("aws_vpc", {"ipv4_netmask_length": True}, ["ipv4_netmask_length: bool, where the provider wants number"]),
        ("aws_vpc", {"ipv4_netmask_length": Expr("1 + 1")}, []),
        ("aws_vpc", {"ipv4_netmask_length": Text("1")}, ["ipv4_netmask_length: Text, where the provider wants number"]),
        ("aws_vpc", {"tags": ["a"]}, ["tags: list, where the provider wants map(string)"]),
        ("aws_vpc", {"tags": {"a": 1, "b": None}}, ["tags.a: int, where the provider wants string"]),
        ("aws_lb", {"subnets": "a"}, ["subnets: str, where the provider wants set(string)"]),
        (
            "aws_lb",
            {"subnets": ["a", 1, None]},
            [f"subnets[{n}]: {kind}, where the provider wants string" for n, kind in ((1, "int"), (2, "NoneType"))],
        ),
        ("aws_lb", {"access_logs": {"bucket": "b"}}, ["access_logs: a block, so a list of mappings"]),
        ("aws_lb", {"access_logs": "b"}, ["access_logs: a block, so a list of mappings"]),
        ("aws_lb", {"access_logs": 5}, ["access_logs: a block, so a list of mappings"]),
        ("aws_lb", {"subnets": 5}, ["subnets: int, where the provider wants set(string)"]),
        ("aws_lb_listener", {"load_balancer_arn": "a", "default_action": [{"type": "forward"}]}, []),
        (
            "aws_lb_listener",
            {"load_balancer_arn": "a", "default_action": []},
            ["default_action: 0 blocks; 1 to any number are allowed"],
        ),
        ("aws_lb_listener", {"load_balancer_arn": "a"}, ["default_action: required"]),
        ("aws_security_group", {"ingress": ["x"]}, ["ingress[0]: str, where the provider wants object"]),
        (
            "aws_security_group",
            {"ingress": [{"from_port": "x", "to_port": None}]},
            ["ingress[0].from_port: str, where the provider wants number"],
        ),
        (
            "aws_security_group",
            {"ingress": [{"cidr_blocks": [1]}]},
            ["ingress[0].cidr_blocks[0]: int, where the provider wants string"],
        ),
        (
            "aws_lb",
            {"access_logs": [{"enabled": 1}]},
            ["access_logs[0].enabled: int, where the provider wants bool", "access_logs[0].bucket: required"],
        ),
        ("aws_lb", {"access_logs": [{"bucket": "b"}] * 2}, ["access_logs: 2 blocks; 0 to 1 are allowed"]),
        ("aws_lb", {"timeouts": [{"create": "1m"}, {}]}, ["timeouts: 2 blocks; 0 to 1 are allowed"]),
        ("aws_security_group", {"ingress": [{"from_port": 1, "port": 2}]}, ["ingress[0].port: unknown"]),
        ("aws_sns_topic", {"policy": Json({"a": [VPC.ref("arn")]})}, []),
        ("aws_sns_topic", {"policy": Json({"a": [VPC.ref("arm")]})}, ["aws_vpc.main.arm: aws_vpc has no arm"]),
        ("aws_sns_topic", {"name": Ref("aws_vpc.other", "id")}, ["aws_vpc.other.id: no such resource"]),
        ("aws_sns_topic", {"name": PARTITION.ref("partition")}, []),
        ("aws_sns_topic", {"name": Expr("{0}", (VPC.ref("tags[0].x"),))}, []),
        ("aws_eip", {"vpc": True}, ["vpc: unknown to provider 6"]),
        ("aws_eip", {"vpc": None}, []),
        (
            "aws_ecs_task_definition",
            {"family": "f", "container_definitions": "[]", "inference_accelerator": []},
            ["inference_accelerator: unknown to provider 6"],
        ),
        (
            "aws_ecs_task_definition",
            {"family": "f", "container_definitions": "[]", "inference_accelerator": "x"},
            ["inference_accelerator: a block, so a list of mappings", "inference_accelerator: unknown to provider 6"],
        ),
        (
            "aws_ecs_task_definition",
            {
                "family": "f",
                "container_definitions": "[]",
                "inference_accelerator": [{"device_name": "a", "device_type": "b"}],
            },
            [f"inference_accelerator{tail}: unknown to provider 6" for tail in ("", ".device_name", ".device_type")],
        ),
        (
            "aws_ecs_task_definition",
            {
                "family": "f",
                "container_definitions": "[]",
                "inference_accelerator": [{"device_name": "a", "device_type": None}, "b"],
            },
            ["inference_accelerator: a block, so a list of mappings"]
            + [f"inference_accelerator{tail}: unknown to provider 6" for tail in ("", ".device_name")],
        ),
        (
            "aws_secretsmanager_secret_version",
            {"secret_id": "s", "secret_string_wo": PASSWORD.ref("random_password"), "secret_string_wo_version": 1},
            [],
        ),
        (
            "aws_secretsmanager_secret_version",
            {"secret_id": "s", "secret_string": PASSWORD.ref("random_password")},
            [f"secret_string: not write-only, and {PASSWORD.ref('random_password')} is ephemeral"],
        ),
    ],
)
def test_a_fault_is_named_with_its_place(kind: str, attributes: dict[str, Value], expected: list[str]) -> None:
    assert problems(kind, attributes) == expected


def test_what_stands_around_the_arguments_is_checked_too() -> None:
    odd = Resource(
        "aws_eip", "x", {}, Origin(), depends_on=("aws_eip.y",), lifecycle=Lifecycle(ignore_changes=("tag",))
    )
    data = Resource("aws_partition", "x", {}, Origin(), mode="data", lifecycle=Lifecycle(prevent_destroy=True))
    count = Expr("length({0})", (Ref("aws_eip.z", ""),))
    lone = Resource("aws_vpc", "x", {}, Origin(), count=count, provider="aws.lone")
    other = Resource("aws_vpc", "y", {}, Origin(), provider="aws.other")
    graph = Graph.of(
        [odd, data, lone, other, PASSWORD],
        outputs={"a": Output(Ref("aws_eip.z"), "d"), "b": Output(PASSWORD.ref("random_password"), "d")},
        backend={"bucket": Ref("aws_eip.x")},
        providers=[{"region": Ref("aws_eip.x", "nothing")}, {"alias": "other"}],
    )
    assert check(graph) == [
        "aws_eip.x: depends_on: aws_eip.y does not exist",
        "aws_eip.x: lifecycle.ignore_changes: tag is unknown",
        "aws_vpc.x: count: aws_eip.z: no such resource",
        "aws_vpc.x: provider: aws.lone does not exist",
        "data.aws_partition.x: lifecycle: only a managed resource has one",
        "output.a: aws_eip.z.id: no such resource",
        "output.b: ephemeral.aws_secretsmanager_random_password.db.random_password is ephemeral",
        "provider: aws_eip.x.nothing: aws_eip has no nothing",
        "backend: aws_eip.x.id is a reference",
    ]


def test_what_the_newest_provider_no_longer_gives_may_not_be_read() -> None:
    assert problems("aws_sns_topic", {"name": Ref("aws_flow_log.x", "log_group_name")}) == [
        "aws_flow_log.x.log_group_name: no such resource"
    ]
    log = Resource("aws_flow_log", "x", {}, Origin())
    graph = Graph.of([log], outputs={"a": Output(log.ref("log_group_name"), "d")})
    assert check(graph) == ["output.a: aws_flow_log.x.log_group_name: provider 6 has no log_group_name"]


def test_deprecated_arguments_are_noted_apart() -> None:
    role = Resource("aws_iam_role", "x", {"assume_role_policy": "{}", "managed_policy_arns": ["a"]}, Origin())
    graph = Graph.of([role])
    assert check(graph) == []
    assert deprecations(graph) == ["aws_iam_role.x: managed_policy_arns is deprecated"]


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("aws_iam_role", {"managed_policy_arns": None}, []),
        ("aws_iam_role", {"nothing": "a"}, []),
        ("aws_nothing", {"a": "b"}, []),
        ("aws_s3_bucket_lifecycle_configuration", {"rule": [{"prefix": "a"}]}, ["rule.prefix"]),
        ("aws_s3_bucket_lifecycle_configuration", {"rule": [{"prefix": None}, "a"]}, []),
        ("aws_s3_bucket_lifecycle_configuration", {"rule": {"prefix": "a"}}, []),
    ],
)
def test_what_is_deprecated(kind: str, attributes: dict[str, Value], expected: list[str]) -> None:
    found = deprecations(Graph.of([Resource(kind, "x", attributes, Origin())]))
    assert found == [f"{kind}.x: {name} is deprecated" for name in expected]


def test_an_ephemeral_resource_may_be_made_of_another() -> None:
    other = Resource(
        PASSWORD.type, "y", {"exclude_characters": PASSWORD.ref("random_password")}, Origin(), mode="ephemeral"
    )
    assert check(Graph.of([PASSWORD, other])) == []


def test_blocks_and_computed_arguments_of_a_type() -> None:
    assert block_kinds("resource", "aws_lb")["access_logs"] == {}
    assert block_kinds("resource", "aws_lb_listener")["default_action"]["forward"]["target_group"] == {}
    assert block_kinds("resource", "aws_alb") == block_kinds("resource", "aws_lb")
    assert block_kinds("resource", "aws_nothing") == block_kinds("data", "aws_lb_listener_rule") == {}
    assert "subnets" not in block_kinds("resource", "aws_lb")
    computed = computed_names("resource", "aws_lb")
    assert {"dns_name", "zone_id", "arn_suffix"} <= computed
    assert not {"arn", "id", "name", "subnets", "access_logs", "internal"} & computed
    assert computed_names("resource", "aws_alb") == computed
    assert computed_names("resource", "aws_nothing") == frozenset()


def test_the_facts_are_of_the_types_in_use() -> None:
    types = json.loads((FACTS / "provider_types.json").read_text(encoding="utf-8"))
    old = json.loads((FACTS / "provider.json").read_text(encoding="utf-8"))
    new = json.loads((FACTS / "provider_v6.json").read_text(encoding="utf-8"))
    for mode in ("resource", "data", "ephemeral"):
        assert list(old[mode]) == types[mode] == sorted(types[mode])
        assert set(new[mode]) <= set(types[mode])
        assert not any("gone" in changes or "required" in changes for changes in new[mode].values())


@pytest.mark.slow
def test_the_facts_are_what_the_provider_says() -> None:
    needs_terraform()
    assert (ROOT / "compiler/stage3c/aws/facts/provider.json").read_text(encoding="utf-8") == provider_facts()
