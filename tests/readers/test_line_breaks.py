"""Interpolations over several lines are read, soon whatever the text, and what follows stays on its line."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.readers.line_breaks import joined
from stage3c.readers.syntax import parse_hcl
from stage3c.readers.templates import SyntaxFault

PIECES = st.lists(st.sampled_from(['"', "${", "}", "\n", "<<A\n", "A\n", "#", "/*", "*/", "x", "\\", "%{", "$${", " "]))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a = "${f(\n  1\n)}"\nb = 1\n', 'a = "${f(   1 )}"\n\n\nb = 1\n'),
        ('a = "${f( # a comment\n  1)}x"\n', 'a = "${f(    1)}x"\n\n'),
        ('# "${\na = 1\n', '# "${\na = 1\n'),
        ('/* "${ \n */ a = 1\n', '/* "${ \n */ a = 1\n'),
        ('a = <<E\n"${f(\n1)}\nE\nb = "${\n1}"\n', 'a = <<E\n"${f(\n1)}\nE\nb = "${ 1}"\n\n'),
    ],
)
def test_breaks_move_behind_the_text(text: str, wanted: str) -> None:
    assert joined(text) == wanted


def test_what_follows_stays_on_its_line() -> None:
    body = parse_hcl('a = "${concat(\n  ["x"],\n  ["y"])\n}"\nb = 1\n', "main.tf")
    assert body.spans["b"].line == 5


@given(PIECES)
def test_any_text_is_joined_or_a_fault(pieces: list[str]) -> None:
    text = "".join(pieces)
    with contextlib.suppress(SyntaxFault):
        assert joined(text).count("\n") == text.count("\n")


@pytest.mark.parametrize("unit", ["<<A\n", "<<A\nB\n", '"${', "/*", '"', "#", '"${\n', "x\n"])
def test_no_text_takes_for_ever(unit: str) -> None:
    start = time.process_time()
    with contextlib.suppress(SyntaxFault):
        joined(unit * 5000)
    assert time.process_time() - start < 10
