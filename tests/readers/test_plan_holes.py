"""A plan of which any one part is missing or null is read all the same, as far as anything in it has a name."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from stage3c.readers.plan import read_plan

Path = tuple[str | int, ...]


def made(address: str, **more: Any) -> dict[str, Any]:
    """An instance, or the block that it comes from."""
    kind, name = address.removeprefix("module.m.").removeprefix("data.").split(".")
    mode = "data" if address.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": kind, "name": name, **more}


def referring(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


BLOCK = made(
    "aws_x.a",
    expressions={
        "b": referring("module.m.out", "module.m"),
        "c": [{"d": referring("var.v")}],
        "e": {"constant_value": 1},
    },
    depends_on=["aws_x.z"],
    for_each_expression=referring("var.v"),
    provider_config_key="aws",
)
CALL = {
    "expressions": {"w": referring("var.v")},
    "for_each_expression": referring("var.v"),
    "module": {
        "outputs": {"out": {"expression": referring("aws_y.in.id", "aws_y.in", "var.w")}},
        "resources": [made("aws_y.in", expressions={"k": referring("var.w")})],
        "module_calls": {},
    },
}
PLANNED = {
    "resources": [made("aws_x.a", values={"e": 1}, sensitive_values={})],
    "child_modules": [
        {
            "address": "module.m",
            "resources": [
                made(
                    "module.m.aws_y.in",
                    values={"k": [{"l": "v"}]},
                    sensitive_values={"k": [{}]},
                    depends_on=["aws_y.z"],
                )
            ],
        }
    ],
}
WHOLE: dict[str, Any] = {
    "format_version": "1.2",
    "complete": False,
    "variables": {"v": {"value": "eu-west-1"}},
    "planned_values": {"root_module": PLANNED},
    "prior_state": {"values": {"root_module": {"resources": [made("data.aws_x.d", values={"n": "x"})]}}},
    "resource_changes": [{"address": "aws_x.a", "change": {"after_unknown": {"b": True, "c": [{"d": True}]}}}],
    "configuration": {
        "provider_config": {"aws": {"name": "aws", "expressions": {"region": referring("var.v")}}},
        "root_module": {
            "variables": {"v": {"sensitive": False}},
            "resources": [BLOCK, made("aws_x.gone", expressions={"b": referring("each.value")})],
            "module_calls": {"m": CALL},
        },
    },
}


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*at, key)
        yield from places(inner, (*at, key))


def is_read(path: Path, *, is_null: bool) -> bool:
    document = copy.deepcopy(WHOLE)
    home: Any = document
    for key in path[:-1]:
        home = home[key]
    if is_null:
        home[path[-1]] = None
    else:
        del home[path[-1]]
    return read_plan(json.dumps(document).encode(), "plan.json").graph is not None


def test_a_part_may_be_null() -> None:
    parts = [path for path in places(WHOLE) if isinstance(path[-1], str)]  # no member of a list ever is
    refused = {path for path in parts if not is_read(path, is_null=True)}
    calls = ("configuration", "root_module", "module_calls", "m")
    assert refused == {("format_version",), ("configuration", "provider_config", "aws"), calls}


def test_a_part_may_be_missing() -> None:
    refused = {path for path in places(WHOLE) if not is_read(path, is_null=False)}
    assert {path for path in refused if path[-1] not in ("address", "type", "name")} == {
        ("format_version",),
        ("planned_values",),
    }
