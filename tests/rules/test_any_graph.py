"""Rules over resources are total: whatever stands in an argument, they find something or nothing, and never raise."""

import os
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stage3c.graph import Expr, Json, Ref, Text, Value
from stage3c.rules import catalogue

from tests.mutation import graphs

GRAPHS = list(graphs().values())
JUNK: list[Value] = [
    None, True, 0, -1, 10**20, 1.5, "", "x", "${", [], {}, [None], ["x"], [{}], {"a": {}}, [[["a"]]], Expr("not known"),
    Ref("aws_vpc.main", "id"), Ref("nothing.x", "y"), Text("a", Ref("aws_lb.public", "arn")), Json({"Statement": 5}),
    Json([1, {"name": []}]), Json({"Statement": [{"Effect": 1, "Action": [[]], "Resource": {}}]}), '{"Statement": "x"}', "[1]",
    {"Statement": []}, "0.0.0.0/0", "::/0", "999.1.1.1/99", "arn:", ":::::::::",
]  # fmt: skip


def broken(value: Value, chance: Random, depth: int = 0) -> Value:
    """The value with something else somewhere in it."""
    if depth > 4 or chance.random() < 0.25:
        return chance.choice(JUNK)
    if isinstance(value, Json):
        return Json(broken(value.value, chance, depth + 1))
    if isinstance(value, Mapping) and value:
        key = chance.choice(list(value))
        return {**value, key: broken(value[key], chance, depth + 1)}
    if isinstance(value, Sequence) and value and not isinstance(value, str):
        position = chance.randrange(len(value))
        changed = broken(value[position], chance, depth + 1)
        return [*value[:position], changed, *value[position + 1 :]]
    return chance.choice(JUNK)


@pytest.mark.slow
@settings(max_examples=int(os.environ.get("STAGE3C_EXAMPLES", "120")), deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(range(len(GRAPHS))), st.integers(1, 6))
def test_no_value_anywhere_raises(chance: Random, number: int, breaks: int) -> None:
    resources = dict(GRAPHS[number].resources)
    for _ in range(breaks):
        resource = resources[chance.choice(list(resources))]
        for key in chance.sample(list(resource.attributes), min(1, len(resource.attributes))):
            attributes = {**resource.attributes, key: broken(resource.attributes[key], chance)}
            resources[resource.address] = replace(resource, attributes=attributes)
    graph = replace(GRAPHS[number], resources=resources)
    for rule in catalogue().values():
        for finding in rule.check_graph(graph) if rule.check_graph else ():
            assert finding.cause.endswith(".")
