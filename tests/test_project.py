"""The house's invariants: who imports what, how large things are, and that the checkers agree."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "compiler" / "stage3c").rglob("*.py"))
PACKAGE = ROOT / "compiler" / "stage3c"
LAYERS = (
    {"diagnostics", "disclosure", "wording", "shipped"},
    {"aws"},
    {"language"},
    {"graph"},
    {"resources", "readers"},
    {"views"},
    {"reach", "policy"},
    {"rules"},
    {"change"},
    {"pipeline", "audits", "gate", "unevaluated"},
    {"output"},
    {"api"},
    {"live"},
    {"delivery"},
    {"rehearsal"},
    {"cli"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ONLY_IN = {
    "yaml": ("language/source.py", "language/formatting.py"),
    "cdktf": ("output/synth.py",),
    "jsii": ("output/synth.py",),
    "hcl2": ("readers/",),
    "boto3": ("live/", "rehearsal/"),
    "dns": ("live/", "rehearsal/"),
    "httpx": ("delivery/web.py",),
    "pathspec": ("delivery/build_context.py",),
    "moto": ("rehearsal/emulator/",),
    "h11": ("rehearsal/balancer/",),
    "trustme": ("rehearsal/balancer/",),
}
WORLD = {"os", "subprocess", "socket", "time", "datetime", "random", "tempfile", "shutil", "urllib"}
MAY_TOUCH_THE_WORLD = (
    "cli/",
    "output/files.py",
    "output/exchange.py",
    "output/in_place.py",
    "live/",
    "delivery/",
    "rehearsal/",
    "output/synth.py",
)


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules_of(folder: str) -> list[Path]:
    return [path for path in MODULES if layer_of(path) == folder]


FOLDERS = sorted({layer_of(path) for path in MODULES})


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or "", node.lineno
            if node.module == "stage3c":
                yield from ((f"stage3c.{alias.name}", node.lineno) for alias in node.names)


def test_every_module_has_its_place_in_the_layers() -> None:
    homes = {layer_of(path) for path in MODULES} - {"__init__", "__main__"}
    assert homes <= set(RANK), f"give these a place in LAYERS and in ARCHITECTURE.md: {sorted(homes - set(RANK))}"


def test_the_map_names_files_that_exist_and_the_layers_from_top_to_bottom() -> None:
    text = (ROOT / "compiler" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    named = set(re.findall(r"`([a-z0-9_/]+\.py)`", text))
    assert [name for name in sorted(named) if "/" in name and not (PACKAGE / name).is_file()] == []
    table = text.split("| layer | owns |")[1].split("\n\n")[0]
    rows = [set(re.findall(r"`([a-z]+)(?:/|\.py)?`", row.split(" | ")[0])) for row in table.splitlines()[2:]]
    assert rows == list(reversed(LAYERS))


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_go_downwards(folder: str) -> None:
    for path in modules_of(folder):
        here = layer_of(path)
        for name, line in imports(path):
            parts = name.split(".")
            if parts[0] != "stage3c" or len(parts) == 1 or parts[1] not in RANK or here.startswith("__"):
                continue
            assert RANK[parts[1]] <= RANK[here], f"{path}:{line}: {here} imports {name}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_engines_are_imported_in_one_place_each_and_the_world_is_touched_at_the_edge(folder: str) -> None:
    for path in modules_of(folder):
        here = path.relative_to(PACKAGE).as_posix()
        for name, line in imports(path):
            root = name.split(".")[0]
            assert here.startswith(ONLY_IN.get(root, "")), f"{path}:{line}: {name}"
            touches = root in WORLD and name != "urllib.parse"
            assert not touches or here.startswith(MAY_TOUCH_THE_WORLD), f"{path}:{line}: {name}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_modules_and_functions_stay_small(folder: str) -> None:
    for path in modules_of(folder):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 60, f"{path}:{node.lineno}: {node.name} has {length} lines"


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_left_open(folder: str) -> None:
    for path in modules_of(folder):
        left = re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))
        assert not left, path


@pytest.mark.xdist_group("kept_together")
def test_a_group_of_tests_reaches_one_worker(request: pytest.FixtureRequest) -> None:
    """What is set up once for a module would otherwise be set up by every worker."""
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@kept_together")


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
