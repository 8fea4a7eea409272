"""What a plan says of its configuration: a row for each side of how references are followed through modules."""

from collections.abc import Mapping
from typing import Any

import pytest
from stage3c.graph import Ref, Value
from stage3c.readers.instances import Instance
from stage3c.readers.references import Configuration, Scope, Trace

NOTHING = Trace(choosy=True)


def instance(address: str) -> Instance:
    module, _, own = address.rpartition(".aws_")
    kind, name = f"aws_{own}".removeprefix("aws_aws_").split(".", 1) if module else address.split(".", 1)
    return Instance(address, module, "resource", kind, name, name.partition("[")[0], {})


FOUND = {
    address: instance(address)
    for address in (
        "aws_x.a", "aws_x.b", "aws_x.c[0]", "aws_x.c[1]", 'aws_x.e["k"]', "module.m.aws_y.in", "module.m.module.n.aws_y.in",
        "module.k[0].aws_y.in", "module.k[1].aws_y.in", 'module.e["k"].aws_y.in', 'module.e["module.z"].aws_y.in', "module.deep.module.n.aws_y.in",
    )
}  # fmt: skip


def of(*references: Any) -> dict[str, Any]:
    return {"references": list(references)}


def outputs(**each: Any) -> dict[str, Any]:
    return {"outputs": {name: {"expression": expression} for name, expression in each.items()}}


INNER = outputs(
    out=of("aws_y.in.id", "aws_y.in"), unset=of("aws_y.in.id", "var.u"), hidden=of("aws_y.in.id", "local.u")
)
MODULES = {
    "m": {
        "expressions": {"mixed": of("aws_x.a.id", "var.q"), "odd": of(5, "aws_x.a.id"), "own": of("module.m.out")},
        "module": {**INNER, "module_calls": {"n": {"expressions": {"up": of("var.mixed")}, "module": INNER}}},
    },
    "k": {"module": INNER, "expressions": {"v": of("aws_x.c", "count.index")}},
    "e": {
        "module": INNER,
        "for_each_expression": of("aws_x.e"),
        "expressions": {"v": of("each.value.arn", "each.value")},
    },
    "deep": {"module": {**outputs(out=of("module.n.out", "module.n")), "module_calls": {"n": {"module": INNER}}}},
}
DOCUMENT = {"root_module": {"module_calls": MODULES}}
IN = Ref("module.m.aws_y.in")


@pytest.mark.parametrize(
    ("references", "scope", "expected"),
    [
        (["var"], Scope("module.m"), NOTHING), (["var"], Scope(), NOTHING), (["var.a"], Scope(), NOTHING), (["var.none"], Scope("module.m"), NOTHING), (["var.a"], Scope("module.none"), NOTHING),
        (["var.mixed"], Scope("module.m"), Trace((Ref("aws_x.a"),), choosy=True)), (["var.odd"], Scope("module.m"), Trace((Ref("aws_x.a"),))), (["var.own"], Scope("module.m"), Trace((IN,))),
        (["var.up"], Scope("module.m.module.n"), Trace((Ref("aws_x.a"),), choosy=True)),
        (["var.v"], Scope("module.k[1]"), Trace((Ref("aws_x.c[1]"),))), (["var.v"], Scope("module.k"), Trace((Ref("aws_x.c[0]"), Ref("aws_x.c[1]")))),
        (["var.v"], Scope('module.e["k"]'), Trace((Ref('aws_x.e["k"]', "arn"),))), (["var.v"], Scope('module.e["z"]'), Trace((Ref('aws_x.e["k"]', "arn"),), choosy=True)),
        (["module.m.out"], Scope(), Trace((IN,))), (["module.m.unset"], Scope(), Trace((IN,), choosy=True)), (["module.m.hidden"], Scope(), Trace((IN,), hidden=True)),
        (["module.n.out"], Scope("module.m"), Trace((Ref("module.m.module.n.aws_y.in"),))), (["module.n"], Scope("module.m"), Trace(hidden=True)), (["module.none.out"], Scope(), NOTHING),
        (["module.deep.out"], Scope(), Trace((Ref("module.deep.module.n.aws_y.in"),))),
        (["module.k[1].out"], Scope(), Trace((Ref("module.k[1].aws_y.in"),))), (["module.k[7].out"], Scope(), Trace((Ref("module.k[0].aws_y.in"), Ref("module.k[1].aws_y.in")))),
        (["module.k"], Scope(), Trace(hidden=True)), (["module.k.out"], Scope(), Trace((Ref("module.k[0].aws_y.in"), Ref("module.k[1].aws_y.in")))),
        (["module.k.out", "count.index"], Scope(key="[0]"), Trace((Ref("module.k[0].aws_y.in"),))), (["module.k.out"], Scope(key="[0]"), Trace((Ref("module.k[0].aws_y.in"), Ref("module.k[1].aws_y.in")))),
        (["module.k[1].out", "count.index"], Scope(key="[0]"), Trace((Ref("module.k[1].aws_y.in"),))),
        (["module.e.out", "each.key"], Scope(key='["k"]'), Trace((Ref('module.e["k"].aws_y.in'),))), (['module.e["module.z"].out'], Scope(), Trace((Ref('module.e["module.z"].aws_y.in'),))),
        (["each.value.arn"], Scope(key="[0]", each=("aws_x.c",)), Trace((Ref("aws_x.c[0]", "arn"),))), (["each.value.arn"], Scope(key="[9]", each=("aws_x.c",)), Trace((Ref("aws_x.c[0]", "arn"), Ref("aws_x.c[1]", "arn")), choosy=True)),
        (["each.value"], Scope(key="[9]", each=("aws_x.c",)), Trace((Ref("aws_x.c[0]"), Ref("aws_x.c[1]")), choosy=True)), (["each.value"], Scope(key="[9]"), NOTHING),
        ([""], Scope(), Trace(hidden=True)), (["."], Scope(), Trace(hidden=True)), ([], Scope(), Trace()), (["path.module"], Scope(), Trace()), (["each.key"], Scope(), Trace()), (["each.other"], Scope(), NOTHING),
        (["aws_x.a." + "b" * 1992], Scope(), Trace((Ref("aws_x.a", "b" * 1992),))), (["aws_x.a." + "b" * 1993], Scope(), Trace(hidden=True)),
        (["aws_x.a", "aws_x.a.id"], Scope(), Trace((Ref("aws_x.a"),))), (["aws_x.a.id", "aws_x.b.id", "aws_x.a.id"], Scope(), Trace((Ref("aws_x.a"), Ref("aws_x.b")))),
        (["aws_x.a"], Scope(depth=30), Trace((Ref("aws_x.a"),))), (["aws_x.a"], Scope(depth=31), Trace(hidden=True)),
    ],
)  # fmt: skip
def test_where_references_lead(references: list[str], scope: Scope, expected: Trace) -> None:
    assert Configuration(DOCUMENT, FOUND).trace(references, scope) == expected


@pytest.mark.parametrize(("left", "hidden"), [(1, [True, True]), (2, [False, True]), (3, [False, False])])
def test_how_many_steps_are_taken(left: int, hidden: list[bool]) -> None:
    configuration = Configuration({}, FOUND, {}, left)
    assert [configuration.trace(["aws_x.a"], Scope()).hidden for _ in hidden] == hidden


@pytest.mark.parametrize(("depth", "is_found"), [(30, True), (31, False)])
def test_how_deep_lists_are_looked_into(depth: int, is_found: bool) -> None:  # noqa: FBT001 - a row of the table
    expression: Any = of("aws_x.a.id")
    for _ in range(depth):
        expression = [expression]
    document = {"root_module": {"module_calls": {"m": {"expressions": {"v": expression}}}}}
    assert bool(Configuration(document, FOUND).trace(["var.v"], Scope("module.m")).refs) is is_found


BLOCK = {
    "mode": "managed",
    "type": "aws_y",
    "name": "in",
    "depends_on": ["aws_y.z"],
    "for_each_expression": of("var.v"),
}
HERE = {"type": "aws_x", "name": "a"}


@pytest.mark.parametrize(
    ("address", "expected", "waits", "each"),
    [
        ("aws_x.a", HERE, (), ()), ("aws_x.b", {}, (), ()), ("module.m.aws_y.in", BLOCK, ("module.m.aws_y.z",), ("var.v",)),
        ("module.m[0].aws_y.in", BLOCK, ("module.m[0].aws_y.z",), ("var.v",)), ("module.none.aws_y.in", {}, (), ()), ("module.m.module.n.aws_y.in", BLOCK, ("module.m.module.n.aws_y.z",), ("var.v",)),
    ],
)  # fmt: skip
def test_the_block_of_an_instance(
    address: str, expected: Mapping[str, Any], waits: tuple[str, ...], each: tuple[str, ...]
) -> None:
    inner = {"module": {"resources": [BLOCK], "module_calls": {"n": {"module": {"resources": [BLOCK]}}, "o": {}}}}
    made = instance(address)
    configuration = Configuration(
        {"root_module": {"resources": [HERE], "module_calls": {"m": inner, "e": {}}}}, {address: made}
    )
    assert configuration.declared(made) == expected
    assert configuration.waits(made) == waits
    assert configuration.scope(made) == Scope(made.module, "", each)
    missing = [(module, block["name"]) for module, block in configuration.missing()]
    every = [("", "a"), ("module.m", "in"), ("module.m.module.n", "in")]
    key = (made.module.replace("[0]", ""), made.declared)
    assert missing == [one for one in every if one != key]


@pytest.mark.parametrize(("depth", "is_found"), [(31, True), (32, False)])
def test_how_deep_modules_are_declared(depth: int, is_found: bool) -> None:  # noqa: FBT001 - a row of the table
    module: dict[str, Any] = {"resources": [BLOCK]}
    for _ in range(depth):
        module = {"module_calls": {"m": {"module": module}}}
    made = instance(".".join(["module.m"] * depth) + ".aws_y.in")
    assert bool(Configuration({"root_module": module}, {}).declared(made)) is is_found


REGION = {"r": {"value": "eu-west-1"}, "half": {"value": "eu"}, "bare": None, "number": {"value": 1}}


@pytest.mark.parametrize(
    ("key", "provider", "expected"),
    [
        ("aws", {}, {}), ("aws", {"expressions": {"region": {"constant_value": "eu-west-1"}}}, {"region": "eu-west-1"}), ("aws", {"expressions": {"region": of("var.r")}}, {"region": "eu-west-1"}),
        ("aws", {"expressions": {"region": of("var.half")}}, {}), ("aws", {"expressions": {"profile": of("var.half")}}, {"profile": "eu"}), ("aws", {"expressions": {"region": of("var.r", "local.x")}}, {}),
        ("aws", {"expressions": {"region": of("local.r")}}, {}), ("aws", {"expressions": {"region": of("var.bare")}}, {}), ("aws", {"expressions": {"region": of("var.none")}}, {}), ("aws", {"expressions": {"region": of("var.number")}}, {}),
        ("aws", {"expressions": {"region": []}}, {}), ("aws", {"expressions": {"region": {}}}, {}), ("aws", {"expressions": {"secret_key": {"constant_value": "s"}}}, {}),
        ("aws.west", {"expressions": {"region": {"constant_value": "us-gov-west-1"}}}, {"region": "us-gov-west-1", "alias": "west"}),
        ("module.m:aws", {"module_address": "module.m", "expressions": {"region": of("var.r")}}, {"alias": "module.m"}),
        ("module.m:aws.w", {"module_address": "module.m", "expressions": {"region": {"constant_value": "eu-west-1"}}}, {"region": "eu-west-1", "alias": "module.m.w"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("root", [None, {}, {"variables": {}}, {"variables": {"r": {}}}, {"variables": {"r": None}}])
def test_the_settings_of_a_provider(
    key: str, provider: dict[str, Any], expected: dict[str, Value], root: dict[str, Any] | None
) -> None:
    other = {"name": "random", "expressions": {"region": {"constant_value": "x"}}}
    document = {"provider_config": {key: {"name": "aws", **provider}, "random": other}, "root_module": root}
    assert list(Configuration(document, {}, REGION).providers()) == [expected]


@pytest.mark.parametrize(
    ("address", "key", "expected"),
    [
        ("aws_x.a", None, None), ("aws_x.a", "aws", None), ("aws_x.a", "aws.west", "aws.west"), ("aws_x.a", 5, None), ("module.m[0].aws_y.in", None, "aws.module.m"),
        ("module.m.aws_y.in", "aws", None), ("module.m.aws_y.in", "module.m:aws.w", "aws.module.m.w"),
    ],
)  # fmt: skip
def test_the_provider_of_an_instance(address: str, key: Any, expected: str | None) -> None:
    named = {} if key is None else {"provider_config_key": key}
    document = {
        "root_module": {
            "resources": [{**HERE, **named}],
            "module_calls": {"m": {"module": {"resources": [{**BLOCK, **named}]}}},
        }
    }
    assert Configuration(document, {}).provider(instance(address)) == expected
