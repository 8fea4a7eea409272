"""The house's invariants: who imports what, how large things are, and that the checkers agree."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "compiler").rglob("*.py"))
LAYERS = (
    {"diagnostics", "facts", "wording"},
    {"source"},
    {"model"},
    {"names"},
    {"graph"},
    {"resources"},
    {"reach", "policy", "provider_schema", "resource_names"},
    {"readers"},
    {"synth", "rules"},
    {"pipeline", "audit", "evidence"},
    {"files", "report", "name_list", "json_schema", "expectations", "render", "settings_modules"},
    {"live"},
    {"rehearsal"},
    {"console", "live_commands"},
    {"cli"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ONLY_IN = {
    "yaml": {"source"},
    "cdktf": {"synth"},
    "jsii": {"synth"},
    "hcl2": {"readers"},
    "boto3": {"live", "rehearsal"},
    "dns": {"live", "rehearsal"},
}
WORLD = {"os", "subprocess", "socket", "time", "datetime", "random", "tempfile", "shutil", "urllib"}
MAY_TOUCH_THE_WORLD = {"cli", "console", "live_commands", "files", "live", "rehearsal", "synth"}


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT / "compiler").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or "", node.lineno
            if node.module == "compiler":
                yield from ((f"compiler.{alias.name}", node.lineno) for alias in node.names)


def test_every_module_has_its_place_in_the_layers() -> None:
    homes = {layer_of(path) for path in MODULES} - {"__init__"}
    assert homes <= set(RANK), f"give these a place in LAYERS and in ARCHITECTURE.md: {sorted(homes - set(RANK))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downwards(path: Path) -> None:
    here = layer_of(path)
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] != "compiler" or len(parts) == 1 or parts[1] not in RANK or here == "__init__":
            continue
        same_layer = RANK[parts[1]] == RANK[here]
        assert RANK[parts[1]] < RANK[here] or (same_layer and here != "model") or parts[1] == here, (
            f"{path}:{line}: {here} imports {name}"
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engines_are_imported_in_one_place_each_and_the_world_is_touched_at_the_edge(path: Path) -> None:
    here = layer_of(path)
    for name, line in imports(path):
        root = name.split(".")[0]
        assert here in ONLY_IN.get(root, {here}), f"{path}:{line}: {name}"
        touches = root in WORLD and name != "urllib.parse"
        assert not touches or here in MAY_TOUCH_THE_WORLD, f"{path}:{line}: {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{path}:{node.lineno}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_open(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))


def test_the_top_level_holds_what_the_house_says() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    entries = {name.split("/")[0] for name in listed if not name.startswith(".")}
    allowed = {"compiler", "specs", "templates", "generated", "services", "tests", "pyproject.toml", "README.md"}
    assert entries <= allowed | {"LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}


def test_ci_runs_the_readmes_own_test_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- test -->")[1].split("<!-- /test -->")[0]
    commands = [line for line in block.splitlines() if line.startswith("python3 ")]
    assert len(commands) == 1
    assert "pytest" in commands[0]
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_the_checkers_agree(tool: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
