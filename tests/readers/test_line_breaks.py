"""Interpolations over several lines are read, soon whatever the text, and what follows stays on its line."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.readers.line_breaks import joined
from stage3c.readers.syntax import parse_hcl
from stage3c.readers.templates import SyntaxFault

from tests.readers.folders import output

PIECES = st.lists(
    st.sampled_from(['"', "${", "}", "\n", "<<A\n", "A\n", "#", "/*", "*/", "x", "\\", "%{", "$${", " ", "~"])
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a = "${f(\n  1\n)}"\nb = 1\n', 'a = "${f(   1 )}"\n\n\nb = 1\n'),
        ('a = "${f( # a comment\n  1)}x"\n', 'a = "${f(    1)}x"\n\n'),
        ('a = "x \\n ${~ 1} y"\n', 'a = "x${ 1} y"\n'),
        ('a = "x ${1 ~} \\n\\t y"\n', 'a = "x ${1 }y"\n'),
        ('a = "x\\\\n ${~ 1 ~}"\n', 'a = "x\\\\n${ 1 }"\n'),
        ('a = "x %{ if ~ } ${1 ~} \\"y\\""\n', 'a = "x %{ if ~ } ${1 }\\"y\\""\n'),
        ('a = "x %{~ if b ~} y"\n', 'a = "x %{~ if b ~} y"\n'),
        ('# "${\na = 1\n', '# "${\na = 1\n'),
        ('/* "${ \n */ a = 1\n', '/* "${ \n */ a = 1\n'),
        ('a = /**/"${\n1}"\n', 'a = /**/"${ 1}"\n\n'),
        ('a = "${1}"\n/* "${ \n', 'a = "${1}"\n/* "${ \n'),
        ('a = <<E\n"${f(\n1)}\nE\nb = "${\n1}"\n', 'a = <<E\n"${f(\n1)}\nE\nb = "${ 1}"\n\n'),
    ],
)
def test_breaks_move_behind_the_text(text: str, wanted: str) -> None:
    assert joined(text) == wanted


def test_what_follows_stays_on_its_line() -> None:
    body = parse_hcl('a = "${concat(\n  ["x"],\n  ["y"])\n}"\nb = 1\n', "main.tf")
    assert body.spans["b"].line == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a ${~ "b" ~} c"', "abc"), ('"a ${~ "b"} c"', "ab c"), ('"a\\n  ${~ "b"}"', "ab"), ('"a  ${"b" ~}\\n\\n c"', "a  bc"), ('"${~ "b" ~}"', "b"),
        ('"x %{~ if true }a%{ endif }"', "xa"), ('"x%{ if true ~}\\n\\n a%{ endif }"', "xa"), ('"x%{ if true ~} a ${~ 1 ~} b %{ endif }"', "xa1b "),
        ("<<A\na\n\n  ${~ 1}\nb\nA\n", "a\n\n1\nb\n"), ("<<A\na\n  ${1 ~}\n\n  b\nA\n", "a\n  1\n  b\n"),
    ],
)  # fmt: skip
def test_blanks_beside_a_tilde_are_taken_away(text: str, value: str) -> None:
    assert output(f'output "o" {{\n  value = {text}\n}}\n') == value


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
