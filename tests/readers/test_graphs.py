"""What is read from whole folders, plans and states, value by value."""

from pathlib import Path

import pytest
from stage3c.output.files import read_terraform

from tests.conftest import ROOT
from tests.golden import hold
from tests.readers.graph_text import lines_of

STACKS = ROOT / "tests" / "stacks"
GOLDEN = Path(__file__).parent / "graphs"
FOLDERS = [
    *sorted(path for path in STACKS.iterdir() if path.is_dir() and path.name != "plans"),
    Path(__file__).parent / "kitchen",
]
PLANS = sorted((STACKS / "plans").glob("*.json"))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_the_graph_of_a_folder(path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    monkeypatch.chdir(path)
    lines = lines_of(read_terraform(Path(), ()))
    hold(GOLDEN / f"{path.name}.txt", "\n".join(lines) + "\n", update=update_golden)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_the_graph_of_a_plan_or_a_state(path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    monkeypatch.chdir(path.parent)
    lines = lines_of(read_terraform(Path(path.name), ()))
    hold(GOLDEN / f"{path.name}.txt", "\n".join(lines) + "\n", update=update_golden)
