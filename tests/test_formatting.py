"""`stage3c fmt`: the same values and comments in one layout, which is its own."""

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from stage3c.language.formatting import formatted
from stage3c.language.source import LOADER, plain, read
from stage3c.output.starter import spec_text

from tests.conftest import ROOT, SPECS
from tests.test_cli import stage3c as command
from tests.test_starting import ANSWERS

MESSY = """\
# head


stage3c:   1
tags:  { A: 'x' ,B: "y" }   # why
zones:
- us-east-1a
# second
-   get: /
    at:  &here [1,
 2
 ]
-   - nested
services:
        web:
            # of TEXT
            TEXT: |
                 one
                   two

            FOLD: a long
              plain text
            QUOTED: "abc \\
                 def

                 x"
      # odd
        again:   *here"""
TIDY = """\
# head

stage3c: 1
tags: {A: 'x', B: "y"}   # why
zones:
  - us-east-1a
  # second
  - get: /
    at: &here [1,
      2
    ]
  - - nested
services:
  web:
    # of TEXT
    TEXT: |
      one
        two

    FOLD: a long
      plain text
    QUOTED: "abc \\
      def

      x"
# odd
  again: *here
"""


def tidy(text: str) -> str:
    document, faults = read(text.encode(), "spec.yaml")
    assert document is not None, (faults, text)
    return formatted(document, text)


def value(text: str) -> Any:
    document, faults = read(text.encode(), "spec.yaml")
    assert document is not None, (faults, text)
    return plain(document.root)


def comments(text: str) -> list[str]:
    """All comments, by another way than the formatter's: what PyYAML's tokens leave over."""
    covered, rest = 0, ""
    for token in yaml.scan(text, Loader=LOADER):
        if token.end_mark.index > token.start_mark.index:
            rest += text[covered : token.start_mark.index] + "\n"
            covered = token.end_mark.index
    return [line.strip() for line in re.findall(r"#.*", rest + text[covered:])]


def test_a_messy_spec_becomes_tidy() -> None:
    assert tidy(MESSY) == TIDY
    assert tidy(TIDY) == TIDY


@pytest.mark.parametrize("path", [*SPECS, ROOT / "compiler/stage3c/rules/example.yaml"], ids=lambda path: path.stem)
def test_our_own_specs_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert tidy(text) == text


@settings(max_examples=25, deadline=None)
@given(ANSWERS)
def test_what_init_writes_is_formatted(answers: Any) -> None:
    text = spec_text(answers)
    assert tidy(text) == text


WORDS = st.sampled_from(["a", "x y", "true", "0o7", "1.10", "it's", "é"])
SCALARS = st.tuples(
    WORDS,
    st.sampled_from(["{}", '"{}"', "&n{}", "a plain\n{in}text", '"one\n\n{in}two \\\n{in}  {}"', "'x\n{in}y'", ""]),
)
BLOCKS = st.sampled_from(
    [
        "|\n{in}one\n{in}  two\n\n{in}three",
        ">-\n{in}one\n{in}two",
        "|+\n{in}one\n\n",
        "|2\n{two}  one\n{two}    two",
        "|  # c\n{in}x",
    ]
)
COMMENT = st.sampled_from(["", "", "", "  # c", " # d", "   "])
LINE = st.sampled_from([None, None, None, "", "  ", "# e", "      # f", " # g"])
GAP = st.sampled_from(["", " ", "  ", "\n{in}", " # h\n{in}"])


class Writer:
    """Writes some YAML in a layout that is drawn."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.anchors = 0

    def text(self, depth: int = 0) -> str:
        return self.mapping(0, depth)

    def scalar(self, indent: int) -> str:
        word, form = self.draw(SCALARS)
        if form.startswith("&"):
            self.anchors += 1
            form = f"&n{self.anchors} {{}}"
        elif self.anchors and not form:
            return f"*n{self.anchors}"
        return str(form).replace("{in}", " " * (indent + self.draw(st.integers(1, 5)))).replace("{}", word)

    def flow(self, indent: int, depth: int) -> str:
        inner = [self.flow(indent, depth + 1) if depth < 2 and self.draw(st.booleans()) else self.plain()]
        inner += [self.plain() for _ in range(self.draw(st.integers(0, 2)))]

        def gap() -> str:
            return str(self.draw(GAP)).replace("{in}", " " * (indent + int(self.draw(st.integers(1, 4)))))

        if self.draw(st.booleans()):
            return "[" + gap() + f"{gap()},{gap()}".join(inner) + gap() + "]"
        return (
            "{"
            + gap()
            + f"{gap()},{gap()}".join(f"k{n}{'' if n else ' '}: {gap()}{each}" for n, each in enumerate(inner))
            + gap()
            + "}"
        )

    def plain(self) -> str:
        return str(self.draw(st.sampled_from(["a", "'b c'", '"d"', "1.10", "x y"])))

    def between(self) -> str:
        line = self.draw(LINE)
        return "" if line is None else f"{line}\n"

    def value(self, indent: int, depth: int, *, in_map: bool) -> str:
        kind = self.draw(
            st.sampled_from(["scalar", "flow", "block", "map", "list"] if depth < 3 else ["scalar", "flow"])
        )
        more = indent + self.draw(st.integers(1, 5))
        if kind == "block":
            form = self.draw(BLOCKS)
            return " " + str(form).replace("{in}", " " * more).replace("{two}", " " * indent) + "\n"
        if kind == "map":
            return f"{self.draw(COMMENT)}\n{self.between()}" + self.mapping(more, depth + 1)
        if kind == "list":
            more = self.draw(st.sampled_from([indent, more])) if in_map else more
            return f"{self.draw(COMMENT)}\n{self.between()}" + self.list(more, depth + 1)
        space = " " * self.draw(st.integers(1, 3))
        return f"{space}{self.flow(indent, 0) if kind == 'flow' else self.scalar(indent)}{self.draw(COMMENT)}\n"

    def mapping(self, indent: int, depth: int) -> str:
        count = self.draw(st.integers(1, 3))
        return "".join(
            f"{self.between()}{' ' * indent}k{n}:{self.value(indent, depth, in_map=True)}" for n in range(count)
        )

    def list(self, indent: int, depth: int) -> str:
        count = self.draw(st.integers(1, 3))
        return "".join(
            f"{self.between()}{' ' * indent}-{self.value(indent, depth, in_map=False)}" for _ in range(count)
        )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_values_and_comments_stay_and_a_formatted_text_is_final(data: st.DataObject) -> None:
    text = Writer(data.draw).text()
    once = tidy(text)
    assert value(once) == value(text)
    assert comments(once) == comments(text)
    assert tidy(once) == once
    assert not re.search(r"\n\n\n", re.sub(r"\|\+.*", "", once, flags=re.DOTALL))


def test_a_file_is_rewritten_in_place_and_check_writes_nothing(tmp_path: Path) -> None:
    path, link = tmp_path / "spec.yaml", tmp_path / "link.yaml"
    path.write_text(MESSY, encoding="utf-8")
    path.chmod(0o600)
    link.symlink_to(path)
    checked = command("fmt", link, "--check")
    assert (checked.returncode, path.read_text(encoding="utf-8")) == (1, MESSY)
    assert "-stage3c:   1" in checked.stdout
    assert command("fmt", link).returncode == 0
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert command("fmt", link, "--check").returncode == 0


def test_standard_input_goes_to_standard_output() -> None:
    assert command("fmt", "-", given=MESSY).stdout == TIDY


def test_what_is_no_yaml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("stage3c: [1\n", encoding="utf-8")
    done = command("fmt", path, tmp_path / "none.yaml")
    assert done.returncode == 1
    assert "SPEC001" in done.stdout
    assert "SPEC108" in done.stdout
    assert path.read_text(encoding="utf-8") == "stage3c: [1\n"


def test_a_diff_shows_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("services:\n    web:\n        environment: {TOKEN: 'hunter2 of mine'}\n", encoding="utf-8")
    done = command("fmt", path, "--check")
    assert "TOKEN" in done.stdout
    assert "hunter2" not in done.stdout
