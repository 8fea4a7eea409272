"""`--fix`: what is fixed is what was meant, its finding is gone, no other one comes, and comments stay."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage3c import api

from tests.mistakes import MISTAKES, Mistake
from tests.test_cli import stage3c as command
from tests.test_formatting import comments, value
from tests.test_messages import REFERENCE, errors, mistaken

FIXED = [each for each in MISTAKES if api.fix(mistaken(each))[1]]
BARE_VERSION = REFERENCE.replace('version: "15.13"', "version: 15.10")


def test_the_common_slips_are_fixed() -> None:
    assert len(FIXED) >= 20
    wrong = {each.wrong.strip().partition("\n")[0] for each in FIXED}
    assert {"prot: 8000", 'port: "8000"', "multi_az: yes", "memory_mib: 1GB", "cpu: 0.5", "nat: singel"} <= {
        *wrong, *(line.strip() for each in FIXED for line in each.wrong.splitlines())
    }  # fmt: skip


@pytest.mark.parametrize("mistake", FIXED, ids=lambda mistake: mistake.wrong.strip()[:40])
def test_a_fix_gives_back_the_spec(mistake: Mistake) -> None:
    text, count = api.fix(mistaken(mistake))
    assert count == 1
    assert value(text) == value(REFERENCE)
    assert comments(text) == comments(mistaken(mistake))
    assert errors(text) == []
    assert api.fix(text) == (text, 0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(MISTAKES), min_size=2, max_size=4, unique=True))
def test_of_several_mistakes_those_that_are_fixed_leave_and_none_comes(chosen: list[Mistake]) -> None:
    text = REFERENCE
    for each in chosen:
        text = text.replace(each.right, each.wrong, 1)
    fixed, count = api.fix(text)
    before, after = ({(e.code, e.path) for e in errors(each)} for each in (text, fixed))
    of_shape = {each for each in after - before if each[0] in {"SPEC101", "SPEC102", "SPEC103", "SPEC104", "SPEC105"}}
    assert of_shape == set()
    assert len(before - after) >= min(count, 1)
    assert count == 0 or comments(fixed) == comments(text)


def test_a_number_that_is_text_keeps_its_digits() -> None:
    assert api.fix(BARE_VERSION)[0] == BARE_VERSION.replace("15.10", '"15.10"')
    assert 'write `version: "15.10"`' in errors(BARE_VERSION)[0].fix


def test_a_byte_order_mark_stays_and_moves_nothing() -> None:
    first = REFERENCE[REFERENCE.index("project:") :].partition("\n")[0]
    text = f"{first}\n{REFERENCE.replace(first, '', 1)}"
    assert api.fix("\ufeff" + text.replace("project", "projcet", 1)) == ("\ufeff" + text, 1)


@pytest.mark.parametrize(
    "line",
    ["    storage_gib: 1500MB", "    depends_on: {A: fastapi}", "    cpu: 500", "    port: eight", "    back: 7"],
)
def test_what_is_not_certain_is_left(line: str) -> None:
    text = REFERENCE.replace("    port: 8000", f"    port: 8000\n{line}", 1)
    assert api.fix(text) == (text, 0)


def test_the_file_is_changed_in_place_and_the_diff_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + REFERENCE.replace("port: 8000", "prot: 8000").replace("\n", "\r\n").encode())
    done = command("validate", path, "--fix", "--format", "json")
    assert done.returncode == 0, done.stdout
    assert path.read_bytes() == b"\xef\xbb\xbf" + REFERENCE.replace("\n", "\r\n").encode()
    assert re.search(r"-    prot: \*+\n\+    port: 8000\n", done.stderr), "below an unknown key a secret could stand"
    assert done.stdout.startswith("{")
    assert command("validate", "-", "--fix", given=REFERENCE).returncode == 2
    assert command("build", path, "--fix", "--check").returncode == 2
