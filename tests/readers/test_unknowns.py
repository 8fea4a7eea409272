"""What of a plan's arguments is a reference, and when more than one thing may stand there."""

from typing import Any

import pytest
from stage3c.graph import Expr, Ref, Value
from stage3c.readers.instances import Instance
from stage3c.readers.references import Configuration, Scope
from stage3c.readers.unknowns import Filler

A, B = Ref("aws_x.a"), Ref("aws_x.b")
NOT_KNOWN = Expr("not known")
EITHER = Expr("not known", (A, B))
VALUES: dict[str, dict[str, Value]] = {
    "aws_x.a": {"id": "i", "json": "{}", "size": 5},
    "aws_x.b": {"id": "i"},
    "aws_vpc.v": {},
}


def filler() -> Filler:
    made = {
        address: Instance(address, "", "resource", address[:-2], address[-1], address[-1], values)
        for address, values in VALUES.items()
    }
    return Filler(Configuration({}, made), Scope(), lambda _: ())


def of(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


@pytest.mark.parametrize(
    ("key", "value", "written", "expected"),
    [
        ("name", "i", {"name": of("aws_x.a.id")}, A), ("name", "j", {"name": of("aws_x.a.id")}, "j"), ("name", "i", {"name": of("aws_x.a.none")}, "i"), ("size", 5, {"size": of("aws_x.a.size")}, 5),
        ("name", "i", {"name": of("aws_x.a.id", "aws_x.b.id")}, "i"), ("name", "i", {"name": of("local.x")}, "i"), ("name", "i", {"name": [of("aws_x.a.id")]}, "i"), ("name", "i", {}, "i"), ("name", "i", None, "i"),
        ("name", "i", [], "i"), ("x", "{}", {"x": of("aws_x.a.json")}, Ref("aws_x.a", "json")), ("policy", "{}", {"policy": of("aws_x.a.json")}, "{}"),
        ("assume_role_policy", "{}", {"assume_role_policy": of("aws_x.a.json")}, "{}"), ("container_definitions", "{}", {"container_definitions": of("aws_x.a.json")}, "{}"),
    ],
)  # fmt: skip
def test_a_known_text_is_the_reference_that_it_was_written_as(
    key: str, value: Value, written: Any, expected: Value
) -> None:
    assert filler().filled({key: value}, {}, written) == {key: expected}


@pytest.mark.parametrize(
    ("values", "mask", "written", "expected"),
    [
        ({}, {"a": [True]}, {}, {}), ({}, {"a": [{"b": True}]}, {}, {"a": [{"b": NOT_KNOWN}]}), ({}, {"a": [{"b": False}]}, {}, {}), ({}, {"a": {"b": True}}, {}, {}), ({}, {"a": True}, None, {"a": NOT_KNOWN}), ({}, None, {}, {}),
        ({}, {"a": {"b": True}}, {"a": {"b": of("aws_x.a.id")}}, {"a": {"b": A}}), ({"a": "s"}, {"a": {"b": True}}, {"a": {"b": of("aws_x.a.id")}}, {"a": {"b": A}}), ({}, {"a": {"b": False}}, {"a": {}}, {}), ({}, {"a": [False]}, {"a": {}}, {}),
        ({}, {"x_id": True}, {"x_id": of("path.module")}, {"x_id": NOT_KNOWN}), ({}, {"x_ids": True}, {"x_ids": of("path.module")}, {"x_ids": NOT_KNOWN}), ({}, {"x_ids": True}, {"x_ids": of("local.x")}, {"x_ids": NOT_KNOWN}),
        ({}, {"value": True}, {"value": of("aws_x.a.dns_name", "local.x")}, {"value": Expr("not known", (Ref("aws_x.a", "dns_name"),))}), ({}, {"value": True}, {"value": of("aws_x.a.dns_name", "aws_x.b.dns_name")}, {"value": Expr("not known", (Ref("aws_x.a", "dns_name"), Ref("aws_x.b", "dns_name")))}),
        ({}, {"value": True}, {"value": of("path.module")}, {"value": NOT_KNOWN}), ({}, {"x_id": True}, {"x_id": [of("aws_x.a.id")]}, {"x_id": NOT_KNOWN}), ({}, {"x_id": True}, {"x_id": {}}, {"x_id": NOT_KNOWN}),
        ({"a": [{"x_ids": [None]}]}, {"a": [{"x_ids": [True]}]}, {"a": [{"x_ids": of("aws_x.a.id")}]}, {"a": [{"x_ids": [A]}]}), ({}, {"a": [{}]}, {}, {}), ({}, {"a": [{"b": {}}]}, {}, {}), ({}, {"a": [{"b": []}]}, {}, {}), ({}, {"a": {"b": {"c": False}}}, {"a": {}}, {}), ({}, {"a": {"b": [False]}}, {"a": {}}, {}),
        ({"a": [{}]}, {"a": [{"subnet_id": True}]}, {"a": {}}, {"a": [{"subnet_id": NOT_KNOWN}]}), ({"a": [{}]}, {"a": [{"subnet_ids": True}]}, {"a": of("aws_x.a.id", "aws_x.b.id")}, {"a": [{"subnet_ids": [A, B]}]}), ({"a": [{}, {}]}, {"a": [{"subnet_ids": True}, {}]}, {"a": of("aws_x.a.id", "aws_x.b.id")}, {"a": [{"subnet_ids": EITHER}, {}]}),
        ({}, {"vpc_id": True}, {"vpc_id": of("aws_vpc.v.id", "local.x")}, {"vpc_id": Ref("aws_vpc.v")}), ({}, {"x_id": True}, {"x_id": of("aws_vpc.v.id", "local.x")}, {"x_id": Expr("not known", (Ref("aws_vpc.v"),))}), ({}, {"vpc_id": True}, {"vpc_id": of("aws_vpc.v.id", "aws_x.a.id")}, {"vpc_id": Ref("aws_vpc.v")}),
        ({"a": ["s", {"b": 1}]}, {"a": [{"c": True}, False]}, {}, {"a": ["s", {"b": 1}]}), ({"a": "s"}, {"a": [{"c": True}]}, {}, {"a": [{"c": NOT_KNOWN}]}), ({"x_ids": "s"}, {"x_ids": [True]}, {"x_ids": of("aws_x.a.id")}, {"x_ids": [A]}),
        ({"x_ids": [None, "k"]}, {"x_ids": [True, False]}, {"x_ids": of("aws_x.a.id", "aws_x.b.id")}, {"x_ids": EITHER}), ({"a": [None]}, {"a": [True]}, {"a": of("aws_x.a.id")}, {"a": A}),
    ],
)  # fmt: skip
def test_what_is_unknown_and_where_it_stands(
    values: dict[str, Value], mask: Any, written: Any, expected: dict[str, Value]
) -> None:
    assert filler().filled(values, mask, written) == expected


@pytest.mark.parametrize(
    ("blocks", "written", "expected"),
    [
        ([{"b": 1}], ["x", {"b": {"constant_value": 1}, "x_id": of("aws_x.a.id")}], [A]), ([{"b": "x"}], [{"b": {"constant_value": [1]}, "x_id": of("aws_x.a.id")}], [A]), ([{}], [{"b": {"constant_value": 1}, "x_id": of("aws_x.a.id")}], [A]),
        ([{"b": [1]}], [{"b": {"constant_value": "x"}, "x_id": of("aws_x.a.id")}], [A]), ([{"b": {}}], [{"b": {"constant_value": "x"}, "x_id": of("aws_x.a.id")}], [A]), ([{"b": 2}], [{"b": {"constant_value": 1}, "x_id": of("aws_x.a.id")}], [NOT_KNOWN]), ([{"b": 2}], [{"b": [], "x_id": of("aws_x.a.id")}], [A]),
        ([{}, {}], [{"x_id": of("aws_x.a.id")}, {"x_id": of("aws_x.b.id")}], [EITHER, EITHER]), ([{}, {}], [{"x_id": of("aws_x.a.id")}, {}], [A, A]),
        ([{}, {}], [{"x_id": {}}, {"x_id": of("aws_x.b.id")}], [B, B]), ([{}, {}], [{"x_id": 5}, {"x_id": of("aws_x.b.id")}], [B, B]), ([{}], 5, [NOT_KNOWN]), ([{}], [], [NOT_KNOWN]),
    ],
)  # fmt: skip
def test_blocks_and_what_was_written_of_them(blocks: list[Any], written: Any, expected: list[Value]) -> None:
    found: Any = filler().filled({"a": blocks}, {"a": [{"x_id": True}] * len(blocks)}, {"a": written})
    assert [each["x_id"] for each in found["a"]] == expected


def test_blocks_inside_of_blocks_that_look_alike_may_be_of_any_of_them() -> None:
    written = [{"n": [{"x_id": of("aws_x.a.id")}]}, {"n": [{"x_id": of("aws_x.b.id")}]}]
    found = filler().filled({"a": [{}, {}]}, {"a": [{"n": [{"x_id": True}]}] * 2}, {"a": written})
    assert found == {"a": [{"n": [{"x_id": EITHER}]}] * 2}


@pytest.mark.parametrize(
    ("source", "expected"),
    [(None, NOT_KNOWN), (["constant_value"], []), ("constant_value", NOT_KNOWN), ({"constant_value": None}, None), ({}, NOT_KNOWN), ([{"b": of("aws_x.a.id")}], [{"b": Expr("not known", (A,))}])],
)  # fmt: skip
def test_what_is_written_of_a_block_that_is_not_planned(source: Any, expected: Value) -> None:
    assert filler().uncertain({"a": source}) == {"a": expected}
