"""A JSON document inside of a text: what is known reads back as it was, what is not stands where it stood."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stage3c.graph import Expr, Json, Ref, Text, document
from stage3c.readers.json_texts import json_parts
from stage3c.readers.results import Result, joined

from tests.readers.folders import output

ADDRESS = Ref("aws_db_instance.main", "address")
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def text(value: Result) -> Result:
    return joined(list(json_parts(value)))


@given(PLAIN)
def test_what_is_known_reads_back_as_it_was(value: Any) -> None:
    written = text(value)
    assert isinstance(written, str)
    assert json.loads(written) == value


def test_a_reference_stands_where_it_stood() -> None:
    parts: dict[str, Result] = {
        "host": ADDRESS,
        "url": Text('say "', ADDRESS, '"'),
        "rest": [Expr("var.x"), None, 5, True],
        "inner": Json({"a": ADDRESS}),
    }
    found = document(text(parts))
    assert isinstance(found, dict)
    assert found["host"] == ADDRESS
    assert found["url"] == Text('say "', ADDRESS, '"')
    assert found["rest"] == [Expr("var.x"), None, 5, True]
    assert document(found["inner"]) == {"a": ADDRESS}


def test_a_template_that_encodes_a_part_is_known() -> None:
    files = {
        "c.tftpl": '[{"name": "${name}", "environment": ${jsonencode([for k, v in set : { name = k, value = v }])}}]'
    }
    call = 'templatefile("c.tftpl", { name = "web", set = { HOST = aws_db_instance.main.address, PORT = 5432 } })'
    main = f'resource "aws_db_instance" "main" {{\n}}\noutput "o" {{\n  value = {call}\n}}\n'
    value = output({"main.tf": main, **files})
    environment = [{"name": "HOST", "value": ADDRESS}, {"name": "PORT", "value": 5432}]
    assert document(value) == [{"name": "web", "environment": environment}]
