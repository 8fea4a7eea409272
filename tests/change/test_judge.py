"""Changes between two documents, `moved` blocks, and plans: from small hand-made resources."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.audits import audit
from stage3c.change.faults import severity_of
from stage3c.change.judge import Change, changes
from stage3c.change.moves import moves
from stage3c.change.planned import planned_changes
from stage3c.change.written import Written, kept_priorities, written
from stage3c.readers.plan import read_plan

Body = dict[str, Any]


def found(old: dict[str, Body], new: dict[str, Body]) -> dict[str, str]:
    listed = changes(Written(old), Written(new), dict(moves(Written(old), Written(new))))
    return {each.address: each.action for each in listed}


DATABASE = {"aws_db_instance.main": {"identifier": "shop", "db_name": "shop", "username": "shop", "port": 5432}}
NETWORK: dict[str, Body] = {
    "aws_vpc.main": {"cidr_block": "10.0.0.0/16"},
    "aws_subnet.a": {"vpc_id": "${aws_vpc.main.id}", "cidr_block": "10.0.0.0/24", "availability_zone": "a"},
    "aws_lb.main": {"name": "main", "subnets": ["${aws_subnet.a.id}"]},
}


@pytest.mark.parametrize(
    ("argument", "value", "action"),
    [
        ("db_name", "other", {"aws_db_instance.main": "replace"}),
        ("identifier", "other", {}),
        ("port", 5433, {}),
        ("port", "5432", {}),
        ("kms_key_id", "arn:aws:kms:eu-west-1:111122223333:key/a", {"aws_db_instance.main": "replace"}),
        ("username", None, {}),
    ],
)
def test_an_argument_replaces_a_database_or_does_not(argument: str, value: Any, action: dict[str, str]) -> None:
    changed = {key: inner for key, inner in {**DATABASE["aws_db_instance.main"], argument: value}.items() if inner}
    assert found(DATABASE, {"aws_db_instance.main": changed}) == action


def test_what_depends_on_the_id_of_what_is_replaced_is_replaced_too() -> None:
    new = {**NETWORK, "aws_vpc.main": {"cidr_block": "10.1.0.0/16"}}
    assert found(NETWORK, new) == {"aws_vpc.main": "replace", "aws_subnet.a": "replace"}


def test_what_depends_on_a_name_that_stays_is_not_replaced() -> None:
    policy = {"role": "${aws_iam_role.web.name}", "name": "web"}
    old = {"aws_iam_role.web": {"name": "web"}, "aws_iam_role_policy.web": policy}
    assert found(old, {**old, "aws_iam_role_policy.web": {**policy, "role": "web"}}) == {}
    assert found(old, {**old, "aws_iam_role.web": {"name": "api"}}) == {
        "aws_iam_role.web": "replace",
        "aws_iam_role_policy.web": "replace",
    }


def test_the_same_aws_name_under_another_address_moves() -> None:
    old = {f"aws_route53_record.public_{n}": {"name": host, "type": "A"} for n, host in enumerate(("a.b", "c.b"), 1)}
    new = {f"aws_route53_record.public_alias_{host}": {"name": f"{host}.b", "type": "A"} for host in ("c", "a")}
    assert dict(moves(Written(old), Written(new))) == {
        "aws_route53_record.public_1": "aws_route53_record.public_alias_a",
        "aws_route53_record.public_2": "aws_route53_record.public_alias_c",
    }
    assert found(old, new) == {}


def test_two_of_one_name_do_not_move_and_are_destroyed() -> None:
    same: Body = {"name": "a.b", "type": "A"}
    old = {"aws_route53_record.one": same, "aws_route53_record.two": same}
    assert found(old, {"aws_route53_record.three": same}) == dict.fromkeys(old, "destroy")


def test_moves_of_earlier_builds_stay_while_their_target_does() -> None:
    before = Written(
        {"aws_vpc.b": {"cidr_block": "10.0.0.0/16"}}, (("aws_vpc.a", "aws_vpc.b"), ("aws_lb.x", "aws_lb.y"))
    )
    assert moves(before, Written(dict(before.resources))) == (("aws_vpc.a", "aws_vpc.b"),)
    again = Written({"aws_vpc.c": {"cidr_block": "10.0.0.0/16"}})
    assert moves(before, again) == (("aws_vpc.a", "aws_vpc.b"), ("aws_vpc.b", "aws_vpc.c"))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("${aws_vpc.a.id}"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resource", "aws_vpc", "a", "moved", "from", "lifecycle", "cidr_block"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(anything, anything)
def test_any_document_can_be_compared_with_any_other(one: Any, other: Any) -> None:
    old, new = written(one), written(other)
    kept_priorities(old)
    assert all(isinstance(each, Change) for each in changes(old, new, dict(moves(old, new))))
    assert changes(old, old, {}) == []
    planned_changes(one)


def plan(*planned: Body) -> bytes:
    return json.dumps({"format_version": "1.2", "planned_values": {}, "resource_changes": planned}).encode()


def resource(kind: str, actions: list[str], **change: Any) -> Body:
    return {"address": f"module.m.{kind}.a", "type": kind, "mode": "managed", "change": {"actions": actions, **change}}


REPLACE = ["delete", "create"]


@pytest.mark.parametrize(
    ("planned", "code"),
    [
        (resource("aws_db_instance", REPLACE, replace_paths=[["db_name"]]), "STA112"),
        (resource("aws_db_instance", ["delete"]), "STA112"),
        (resource("aws_efs_file_system", ["create", "delete"], replace_paths=[["encrypted"]]), "STA112"),
        (resource("aws_rds_cluster", ["delete"]), "STA112"),
        (resource("aws_ecs_service", REPLACE, replace_paths=[["launch_type"]]), "STA113"),
        (resource("aws_cloudwatch_log_group", ["delete"]), "STA113"),
        (resource("aws_subnet", REPLACE, before={"id": "subnet-1"}), None),
        (resource("aws_eip", REPLACE), "STA112"),
        (resource("aws_eip", ["delete"]), "STA113"),
        (resource("aws_iam_role", REPLACE), None),
        (resource("aws_db_instance", ["update"]), None),
        (resource("aws_db_instance", ["no-op"]), None),
    ],
)
def test_a_plan_is_judged_as_a_change_of_a_spec_is(planned: Body, code: str | None) -> None:
    codes = [each.code for each in audit(read_plan(plan(planned), "plan.json"))]
    assert codes == ([code] if code else [])


def test_a_subnet_in_use_of_a_plan_is_refused() -> None:
    subnet = resource("aws_subnet", REPLACE, before={"id": "subnet-1"}, replace_paths=[["cidr_block"]])
    user = {**resource("aws_lb", ["update"], before={"subnets": ["subnet-1"]}), "address": "aws_lb.main"}
    (error,) = audit(read_plan(plan(subnet, user), "plan.json"))
    assert error.code == "STA112"
    assert "cidr_block changes" in error.cause
    assert "aws_lb.main still uses it" in error.cause


NAT: dict[str, Body] = {
    "aws_eip.a": {"domain": "vpc"},
    "aws_nat_gateway.a": {"allocation_id": "${aws_eip.a.id}", "subnet_id": "${aws_subnet.a.id}"},
    "aws_route.a": {"nat_gateway_id": "${aws_nat_gateway.a.id}"},
}


@pytest.mark.parametrize(
    ("new", "severities"),
    [
        (NAT, {}),
        (
            {**NAT, "aws_nat_gateway.a": {**NAT["aws_nat_gateway.a"], "subnet_id": "${aws_subnet.b.id}"}},
            {"aws_nat_gateway.a": "STA113"},  # with its address
        ),
        (
            {
                "aws_eip.b": NAT["aws_eip.a"],
                "aws_nat_gateway.b": {"allocation_id": "${aws_eip.b.id}", "subnet_id": "${aws_subnet.b.id}"},
                "aws_route.a": {"nat_gateway_id": "${aws_nat_gateway.b.id}"},
            },
            {"aws_eip.a": "STA112", "aws_nat_gateway.a": ""},
        ),
        ({}, {"aws_eip.a": "STA113", "aws_nat_gateway.a": "", "aws_route.a": ""}),
    ],
)
def test_a_nat_gateway_may_move_with_its_address_alone(new: dict[str, Body], severities: dict[str, str]) -> None:
    listed = changes(Written(NAT), Written(new), {})
    assert {each.address: severity_of(each) for each in listed} == severities
