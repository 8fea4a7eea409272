"""Operators over what is not known: one side may decide, and otherwise nothing is certain."""

import pytest
from stage3c.graph import Expr

from tests.readers.folders import output


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true && true", True),
        ("true && false", False),
        ("false && var.v", False),
        ("var.v && false", False),
        ("true && var.v", None),
        ("var.v && true", None),
        ("var.v && var.v", None),
        ("false || false", False),
        ("false || true", True),
        ("true || var.v", True),
        ("var.v || true", True),
        ("false || var.v", None),
        ("var.v || false", None),
        ("!var.v", None),
        ("!false", True),
        ("var.v == 1", None),
        ("var.v ? 1 : 1", 1),
        ("var.v ? 1 : 2", None),
        ('"${var.v}" == "a"', None),
    ],
)
def test_three_valued_logic(expression: str, expected: object) -> None:
    value = output(f'variable "v" {{}}\noutput "o" {{\n  value = {expression}\n}}\n')
    assert isinstance(value, Expr) if expected is None else value == expected
