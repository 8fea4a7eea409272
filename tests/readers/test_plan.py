"""Plans and states read to the same graph as the configuration that they come from, and nothing is guessed in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from stage3c.diagnostics import Span
from stage3c.graph import UNKNOWN, Expr, Graph, Ref, Text, Value, refs_in
from stage3c.output.files import read_folder
from stage3c.policy.proofs import proofs as permissions
from stage3c.reach.network import Extent
from stage3c.reach.proofs import proofs as flows
from stage3c.readers.configuration import read_configuration
from stage3c.readers.plan import read_plan

from tests.conftest import ROOT

STACKS = ROOT / "tests" / "stacks"
PLANS = sorted(path for path in (STACKS / "plans").glob("*.json") if not path.name.endswith(".state.json"))
STATES = sorted((STACKS / "plans").glob("*.state.json"))


def of_file(path: Path) -> Graph:
    reading = read_plan(path.read_bytes(), path.name)
    assert reading.graph, reading.faults
    return reading.graph


def of_folder(path: Path) -> Graph:
    reading = read_configuration(str(STACKS / path.name.partition(".")[0]), read_folder)
    assert reading.graph
    return reading.graph


def graph(document: dict[str, Any]) -> Graph:
    reading = read_plan(json.dumps({"format_version": "1.2", **document}).encode(), "plan.json")
    assert reading.graph, reading.faults
    return reading.graph


def instance(address: str, values: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An instance of a resource, as `planned_values` have it."""
    parts = address.partition("[")[0].split(".")
    mode = "data" if "data" in parts else "managed"
    return {"address": address, "mode": mode, "type": parts[-2], "name": parts[-1], "values": values or {}, **more}


def block(address: str, **expressions: Any) -> dict[str, Any]:
    """A resource, as `configuration` has it; a text is one reference, a list several."""
    kind, name = address.split(".")[-2:]
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "expressions": {k: made_of(v) for k, v in expressions.items()},
    }


def made_of(value: Any) -> Any:
    references = [value] if isinstance(value, str) else value
    if isinstance(references, list) and all(isinstance(one, str) for one in references):
        return {"references": references}
    return [{key: made_of(inner) for key, inner in one.items()} for one in value] if isinstance(value, list) else value


def planned(instances: list[dict[str, Any]], blocks: list[dict[str, Any]], unknown: dict[str, Any]) -> Graph:
    return graph(
        {
            "planned_values": {"root_module": {"resources": instances}},
            "configuration": {"root_module": {"resources": blocks}},
            "resource_changes": [{"address": a, "change": {"after_unknown": mask}} for a, mask in unknown.items()],
        }
    )


def state(*instances: dict[str, Any]) -> Graph:
    return graph({"values": {"root_module": {"resources": list(instances)}}})


def differences(written: Value, read: Value, path: str) -> list[str]:
    """References that were read as something else; one that is not known must still name what was written."""
    match written:
        case Ref() if isinstance(read, Expr):
            return [] if written.address in {ref.address for ref in read.refs} else [f"{path}: {written} is lost"]
        case Ref():
            return (
                [] if isinstance(read, str) or getattr(read, "address", "") == written.address else [f"{path}: {read}"]
            )
        case dict():
            inner = read if isinstance(read, dict) else {}
            return [
                d
                for key, value in written.items()
                for d in differences(value, inner.get(key, UNKNOWN), f"{path}.{key}")
            ]
        case list() if isinstance(read, list) and not all(isinstance(member, dict) for member in written):
            lost = {ref.address for ref in refs_in(written)} ^ {ref.address for ref in refs_in(read)}
            return [f"{path}: {sorted(lost)}"] if lost else []
        case _:
            return []


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_has_the_resources_and_references_of_its_configuration(path: Path) -> None:
    written, read = of_folder(path), of_file(path)
    managed = {address for address, resource in written.resources.items() if resource.mode == "resource"}
    assert managed == {address for address, resource in read.resources.items() if resource.mode == "resource"}
    found = [
        difference
        for address in managed
        for name, value in written.resources[address].attributes.items()
        if value is not None and name in read.resources[address].attributes
        for difference in differences(value, read.resources[address].attributes[name], f"{address}.{name}")
    ]
    assert found == []


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_state_proves_what_its_configuration_proves(path: Path) -> None:
    written, read = of_folder(path), of_file(path)
    assert {proof.need.text for proof in flows(read)} >= {proof.need.text for proof in flows(written)}
    assert {proof.need.text: proof.extent for proof in flows(read) if proof.extent is not Extent.ALL} == {}
    assert len(permissions(read)) >= len(permissions(written))
    assert [proof.need for proof in permissions(read) if proof.decision.allowed is not True] == []


SUBNETS = [instance("aws_subnet.public[0]"), instance("aws_subnet.public[1]")]


def test_count_index_means_the_instance_of_the_same_number() -> None:
    nat = block("aws_nat_gateway.main", subnet_id=["aws_subnet.public", "count.index"])
    found = planned(
        [*SUBNETS, instance("aws_nat_gateway.main[1]")], [nat], {"aws_nat_gateway.main[1]": {"subnet_id": True}}
    )
    assert found.resources["aws_nat_gateway.main[1]"].attributes["subnet_id"] == Ref("aws_subnet.public[1]")


def test_a_splat_means_all_instances_also_within_an_instance() -> None:
    lb = block("aws_lb.main", subnets="aws_subnet.public")
    found = planned([*SUBNETS, instance("aws_lb.main[0]")], [lb], {"aws_lb.main[0]": {"subnets": True}})
    assert found.resources["aws_lb.main[0]"].attributes["subnets"] == [
        Ref("aws_subnet.public[0]"),
        Ref("aws_subnet.public[1]"),
    ]


@pytest.mark.parametrize("reference", ["var.internal", "local.subnets"])
def test_a_choice_is_not_known_but_names_what_there_is_to_choose(reference: str) -> None:
    lb = block("aws_lb.main", subnets=[reference, "aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"])
    found = planned(
        [instance("aws_subnet.a"), instance("aws_subnet.b"), instance("aws_lb.main")],
        [lb],
        {"aws_lb.main": {"subnets": True}},
    )
    value = found.resources["aws_lb.main"].attributes["subnets"]
    assert isinstance(value, Expr)
    assert value.refs == (Ref("aws_subnet.a"), Ref("aws_subnet.b"))


def test_a_reference_is_no_beginning_of_another_name() -> None:
    lb = block("aws_lb.main", subnets=["aws_subnet.ab.id", "aws_subnet.ab", "aws_subnet.a.id", "aws_subnet.a"])
    found = planned(
        [instance("aws_subnet.a"), instance("aws_subnet.ab"), instance("aws_lb.main")],
        [lb],
        {"aws_lb.main": {"subnets": True}},
    )
    assert found.resources["aws_lb.main"].attributes["subnets"] == [Ref("aws_subnet.ab"), Ref("aws_subnet.a")]


def test_each_value_of_a_resource_means_the_instance_of_the_same_key() -> None:
    association = {
        **block("aws_route_table_association.main", subnet_id=["each.value.id", "each.value"]),
        "for_each_expression": {"references": ["aws_subnet.main"]},
    }
    key = '["eu.west-1a"]'
    found = planned(
        [
            instance(f"aws_subnet.main{key}"),
            instance('aws_subnet.main["b"]'),
            instance(f"aws_route_table_association.main{key}"),
        ],
        [association],
        {f"aws_route_table_association.main{key}": {"subnet_id": True}},
    )
    assert found.resources[f"aws_route_table_association.main{key}"].attributes["subnet_id"] == Ref(
        f"aws_subnet.main{key}"
    )


def test_what_a_dynamic_block_refers_to_is_not_known_where_there_are_several() -> None:
    gateways = [instance("aws_internet_gateway.a"), instance("aws_internet_gateway.b")]
    table = instance("aws_route_table.main", {"route": [{"cidr_block": "0.0.0.0/0"}]})
    unknown = {"aws_route_table.main": {"route": [{"gateway_id": True}]}}
    found = planned([*gateways, table], [block("aws_route_table.main")], unknown)
    routes = found.resources["aws_route_table.main"].attributes["route"]
    assert isinstance(routes, list)
    value = routes[0]["gateway_id"]
    assert isinstance(value, Expr)
    assert {ref.address for ref in value.refs} == {"aws_internet_gateway.a", "aws_internet_gateway.b"}


def test_blocks_of_a_set_are_matched_by_their_constants_and_not_by_their_order() -> None:
    def targets(port: int, group: str) -> dict[str, Any]:
        return {"container_port": {"constant_value": port}, "target_group_arn": f"aws_lb_target_group.{group}.arn"}

    service = block("aws_ecs_service.main", load_balancer=[targets(80, "a"), targets(81, "b")])
    made = instance("aws_ecs_service.main", {"load_balancer": [{"container_port": 81}, {"container_port": 80}]})
    mask = {"load_balancer": [{"target_group_arn": True}, {"target_group_arn": True}]}
    groups = [instance("aws_lb_target_group.a"), instance("aws_lb_target_group.b")]
    found = planned([*groups, made], [service], {"aws_ecs_service.main": mask})
    assert found.resources["aws_ecs_service.main"].attributes["load_balancer"] == [
        {"container_port": 81, "target_group_arn": Ref("aws_lb_target_group.b", "arn")},
        {"container_port": 80, "target_group_arn": Ref("aws_lb_target_group.a", "arn")},
    ]


def test_what_only_aws_sets_is_not_there() -> None:
    found = planned(
        [instance("aws_lb.main", {"internal": False})],
        [block("aws_lb.main")],
        {"aws_lb.main": {"arn": True, "dns_name": True, "ip_address_type": True}},
    )
    assert found.resources["aws_lb.main"].attributes == {"internal": False}


def test_a_write_only_argument_is_given_though_no_plan_has_it() -> None:
    version = block("aws_secretsmanager_secret_version.main", secret_string_wo=["ephemeral.x.main.value"])
    found = planned([instance("aws_secretsmanager_secret_version.main", {"secret_string_wo": None})], [version], {})
    assert found.resources["aws_secretsmanager_secret_version.main"].attributes == {"secret_string_wo": UNKNOWN}


@pytest.mark.parametrize("doubt", [{"errored": True}, {"complete": False}])
def test_what_an_incomplete_plan_lacks_may_exist(doubt: dict[str, bool]) -> None:
    document = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [instance("aws_vpc.main")]}},
        "configuration": {"root_module": {"resources": [block("aws_internet_gateway.main", vpc_id="aws_vpc.main.id")]}},
        **doubt,
    }
    reading = read_plan(json.dumps(document).encode(), "plan.json")
    assert [note.code for note in reading.faults] == ["AUD202"]
    assert reading.graph
    gateway = reading.graph.resources["aws_internet_gateway.main"]
    assert not gateway.certain
    assert list(refs_in(gateway.attributes)) == [Ref("aws_vpc.main")]


def test_an_id_or_arn_in_a_state_means_whoever_has_it() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:main-a1b2c3"
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Resource": [arn, f"{arn}-other"]}]})
    found = state(
        instance("aws_vpc.main", {"id": "vpc-0a1b2c3d"}),
        instance("aws_subnet.main", {"id": "subnet-0a1b2c3d", "vpc_id": "vpc-0a1b2c3d"}),
        instance("aws_secretsmanager_secret.main", {"id": arn, "arn": arn}),
        instance("aws_secretsmanager_secret_version.main", {"id": f"{arn}|1", "arn": arn, "secret_id": arn}),
        instance("aws_iam_role_policy.main", {"policy": policy, "name": f"{arn}:password::"}),
    )
    secret = Ref("aws_secretsmanager_secret.main", "arn")
    assert found.resources["aws_subnet.main"].attributes == {"vpc_id": Ref("aws_vpc.main")}
    assert found.resources["aws_secretsmanager_secret_version.main"].attributes["secret_id"] == secret
    attributes = found.resources["aws_iam_role_policy.main"].attributes
    assert attributes["name"] == Text(secret, ":password::")
    assert list(refs_in(attributes["policy"])) == [secret]


def test_a_name_is_a_reference_only_where_a_name_belongs() -> None:
    found = state(
        instance("aws_iam_role.web", {"id": "web", "name": "web"}),
        instance("aws_iam_role_policy_attachment.web", {"role": "web"}),
        instance("aws_ecs_service.web", {"name": "web", "load_balancer": [{"container_name": "web"}]}),
    )
    assert found.resources["aws_iam_role_policy_attachment.web"].attributes["role"] == Ref("aws_iam_role.web", "name")
    assert list(refs_in(found.resources["aws_ecs_service.web"].attributes)) == []


def test_a_rule_that_is_a_resource_is_not_counted_in_its_group_as_well() -> None:
    empty: dict[str, Any] = {"ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "description": ""}
    http = {**empty, "protocol": "tcp", "from_port": 80, "to_port": 80, "self": False}
    found = state(
        instance(
            "aws_security_group.main",
            {
                "id": "sg-0a1b2c3d",
                "ingress": [
                    {**http, "cidr_blocks": ["10.0.0.0/8", "192.168.0.0/16"]},
                    {**http, "cidr_blocks": [], "self": True},
                ],
            },
        ),
        instance(
            "aws_vpc_security_group_ingress_rule.main",
            {
                "security_group_id": "sg-0a1b2c3d",
                "cidr_ipv4": "10.0.0.0/8",
                "ip_protocol": "tcp",
                "from_port": 80,
                "to_port": 80,
            },
        ),
        instance(
            "aws_security_group_rule.self",
            {
                "security_group_id": "sg-0a1b2c3d",
                "type": "ingress",
                "protocol": "tcp",
                "from_port": 80,
                "to_port": 80,
                "self": True,
            },
        ),
    )
    left = found.resources["aws_security_group.main"].attributes["ingress"]
    assert left == [{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["192.168.0.0/16"]}]


def test_a_route_that_is_a_resource_is_not_counted_in_its_table_as_well() -> None:
    route = {"cidr_block": "0.0.0.0/0", "gateway_id": "igw-0a1b2c3d", "nat_gateway_id": ""}
    found = state(
        instance("aws_internet_gateway.main", {"id": "igw-0a1b2c3d"}),
        instance(
            "aws_route_table.main", {"id": "rtb-0a1b2c3d", "route": [route, {**route, "cidr_block": "10.9.0.0/16"}]}
        ),
        instance(
            "aws_route.main",
            {"route_table_id": "rtb-0a1b2c3d", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-0a1b2c3d"},
        ),
    )
    gateway = Ref("aws_internet_gateway.main")
    assert found.resources["aws_route_table.main"].attributes["route"] == [
        {"cidr_block": "10.9.0.0/16", "gateway_id": gateway}
    ]


@pytest.mark.parametrize(
    ("kind", "values", "mask"),
    [
        ("aws_db_instance", {"password": "hunter2"}, {}),
        ("aws_elasticache_replication_group", {"auth_token": "hunter2"}, {}),
        ("aws_ssm_parameter", {"value": "hunter2"}, {}),
        ("aws_x", {"anything": "hunter2"}, {"anything": True}),
        ("aws_x", {"block": [{"inner": "hunter2"}]}, {"block": [{"inner": True}]}),
        ("aws_x", {"map": {"secret": "hunter2"}}, {}),
    ],
)
def test_a_secret_is_never_kept(kind: str, values: dict[str, Any], mask: dict[str, Any]) -> None:
    assert "hunter2" not in repr(state(instance(f"{kind}.main", values, sensitive_values=mask)))


@pytest.mark.parametrize("absent", ["configuration", "variables", "resource_changes", "prior_state", "none of them"])
@pytest.mark.parametrize("is_null", [True, False])
def test_a_plan_may_lack_all_but_what_is_planned(absent: str, *, is_null: bool) -> None:
    whole: dict[str, Any] = {
        "configuration": {"root_module": {"resources": [block("aws_x.a", b="aws_x.c.id")]}},
        "variables": {},
        "resource_changes": [{"address": "aws_x.a", "change": {"after_unknown": {"b": True}}}],
        "prior_state": {"values": {"root_module": {"resources": [instance("data.aws_x.d")]}}},
    }
    document = {**whole, **({absent: None} if is_null else {})}
    if not is_null:
        document.pop(absent, None)
    found = graph({"planned_values": {"root_module": {"resources": [instance("aws_x.a", {"e": 1})]}}, **document})
    filled = {} if absent in ("configuration", "resource_changes") else {"b": Expr("not known")}
    assert found.resources["aws_x.a"].attributes == {"e": 1, **filled}
    assert ("data.aws_x.d" in found.resources) == (absent != "prior_state")


DEEP: dict[str, Any] = {"resources": [instance("aws_x.main", {"a": json.loads("[" * 300 + "]" * 300)})]}


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"PK\x03\x04", "binary plan"),
        (b'{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x"}', "raw state"),
        (b'{"version": 4, "terraform_version": "1.9.0"}', "raw state"),
        (b'{"lineage": "x"}', "raw state"),
        (b'{"version": 4}', "no format_version"),
        (b'{"version": "4", "terraform_version": "1.9.0"}', "no format_version"),
        (b'{"format_version": 1, "values": {}}', "no format_version"),
        (b'{"format_version": "1.0", "prior_state": {}}', "neither planned_values nor values"),
        (b"[]", "does not contain a JSON object"),
        (b"," * 1_000_000, "not valid JSON"),
        (b"," * 1_000_001, "the file has about 1,000,001 values; at most 1,000,000 are read"),
        (b'{"format_version": "2.0", "values": {}}', '"2.0"'),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"format_version": "1.0", "values": {"root_module": {"resources": 1}}}', "does not have the structure"),
        (
            json.dumps({"format_version": "1.0", "values": {"root_module": DEEP}}).encode(),
            "does not have the structure",
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, cause: str) -> None:
    (found,) = read_plan(data, "plan.json").faults
    assert found.code == "AUD201"
    assert cause in found.cause


def test_a_plan_written_by_powershell_is_read() -> None:
    text = json.dumps({"format_version": "1.2", "values": {"root_module": {"resources": [instance("aws_vpc.main")]}}})
    reading = read_plan(b"\xff\xfe" + text.encode("utf-16-le"), "plan.json")
    assert list(reading.graph.resources if reading.graph else ()) == ["aws_vpc.main"]


def test_a_resource_stands_where_its_address_does() -> None:
    lines = json.dumps(
        {"format_version": "1.2", "values": {"root_module": {"resources": [instance('a_b.c["x"]')]}}}, indent=1
    )
    found = read_plan(lines.encode(), "state.json").graph
    assert found
    span = found.resources['a_b.c["x"]'].origin.span
    assert span
    assert '"address"' in lines.splitlines()[span.line - 1]
    assert (span.file, span.column, span.end_line, span.end_column) == ("state.json", 1, span.line, 2)
    on_one_line = read_plan(json.dumps(json.loads(lines)).encode(), "state.json").graph
    assert on_one_line
    assert on_one_line.resources['a_b.c["x"]'].origin.span == Span("state.json", 1, 1, 1, 2)


@pytest.mark.parametrize(("length", "line"), [(999, 2), (1000, 1)])
def test_an_address_is_looked_for_in_lines_of_some_length(length: int, line: int) -> None:
    address = "aws_x." + "a" * (length - len('"address": "aws_x.",'))
    values = json.dumps({"format_version": "1.2", "values": {"root_module": {"resources": [instance(address)]}}})
    text = values.replace('"address"', '\n"address"').replace('", "mode"', '",\n"mode"')
    assert len(text.splitlines()[1]) == length
    found = read_plan(text.encode(), "state.json").graph
    assert found
    span = found.resources[address].origin.span
    assert span
    assert span.line == line


def test_no_secret_of_the_configuration_in_a_plan_is_kept() -> None:
    given = {"constant_value": "hunter2"}
    document = {
        "format_version": "1.2",
        "errored": True,
        "planned_values": {"root_module": {}},
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"secret_key": given, "token": given}}},
            "root_module": {"resources": [block("aws_db_instance.main", password=given)]},
        },
    }
    found = read_plan(json.dumps(document).encode(), "plan.json").graph
    assert list(found.resources if found else ()) == ["aws_db_instance.main"]
    assert "hunter2" not in repr(found)
