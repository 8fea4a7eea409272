"""Bad specs and the exact words that they are refused with; the eight incidents are among them."""

from pathlib import Path

import pytest
from stage3c.output.report import as_text
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT
from tests.golden import hold

CASES = sorted([*(ROOT / "tests" / "incidents").glob("*.yaml"), *(ROOT / "tests" / "errors").glob("error_*.yaml")])


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_bad_spec_is_refused_in_these_words(case: Path, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    compilation = compile_spec(case.read_bytes(), case.name)
    assert compilation.failed
    text = as_text(compilation.diagnostics, {case.name: compilation.lines})
    hold(case.with_suffix(".txt"), text, update=update_golden)


def test_there_is_a_case_for_each_incident() -> None:
    assert [case.name[0] for case in CASES if case.parent.name == "incidents"] == list("12345678")
