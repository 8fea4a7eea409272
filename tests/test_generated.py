"""`generated/` is committed, fresh, and what the real Terraform with the real provider accepts."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import hcl2
import pytest
from stage3c.cli.changes import kept_in, on_disk, with_moves
from stage3c.output import files
from stage3c.output.render import stack_files
from stage3c.pipeline import compile_spec

from tests import terraform
from tests.conftest import ROOT, SPECS

GENERATED = ROOT / "generated"
STACKS = sorted(path.parent for path in GENERATED.glob("*/stack.tftest.hcl"))
SMOKE_FIRST = [
    pytest.param(path, id=path.name, marks=[pytest.mark.smoke] if path.name == "minimal" else []) for path in STACKS
]
STORE = GENERATED / "bootstrap-agentic-aws-terraform-state"


def texts_of(spec: Path) -> dict[Path, str]:
    compilation = compile_spec(spec.read_bytes(), str(spec), None, lambda stack: kept_in(GENERATED / stack))
    assert not compilation.failed, compilation.diagnostics
    return {
        GENERATED / build.stack_name / name: text
        for build in compilation.builds
        for name, text in stack_files(with_moves(build, on_disk(GENERATED / build.stack_name))).items()
    }


def document(stack: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GENERATED / stack / "main.tf.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_generated_is_fresh(spec: Path) -> None:
    assert files.stale(texts_of(spec)) == "", f"run stage3c build {spec.relative_to(ROOT)} and read the diff"


def test_nothing_is_generated_that_no_spec_asks_for() -> None:
    wanted = {STORE, *(path.parent for spec in SPECS for path in texts_of(spec))}
    assert {path for path in GENERATED.iterdir() if path.is_dir()} == wanted


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_spec_is_free_of_errors_and_warnings(spec: Path) -> None:
    found = compile_spec(spec.read_bytes(), str(spec)).diagnostics
    allowed = {"LBA104"} if spec.stem == "minimal" else set()
    assert {d.code for d in found} <= allowed, found


@pytest.mark.parametrize("stack", STACKS, ids=lambda path: path.name)
def test_a_generated_file_says_what_it_came_from_and_not_to_edit_it(stack: Path) -> None:
    for name in ("main.tf.json", "README.md", "stack.tftest.hcl"):
        head = (stack / name).read_text(encoding="utf-8")[:400]
        assert "stage3c" in head
        assert "Do not edit" in head


@pytest.mark.parametrize("stack", STACKS, ids=lambda path: path.name)
def test_no_secret_and_no_machine_is_in_it(stack: Path) -> None:
    for path in stack.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text
            assert not re.search(r"AKIA[0-9A-Z]{16}|BEGIN [A-Z ]*PRIVATE KEY", text)


@pytest.mark.parametrize("stack", STACKS, ids=lambda path: path.name)
def test_the_terraform_test_parses_as_hcl(stack: Path) -> None:
    parsed = hcl2.loads((stack / "stack.tftest.hcl").read_text(encoding="utf-8"))
    run = parsed["run"][0]
    assertions = next(iter(run.values()))["assert"]
    assert len(assertions) > 5


@pytest.fixture
def workplace(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    terraform.needs_terraform()
    stack: Path = request.param
    return Path(shutil.copytree(stack, tmp_path / stack.name, ignore=shutil.ignore_patterns(".terraform*")))


@pytest.mark.slow
@pytest.mark.parametrize("workplace", SMOKE_FIRST, indirect=True)
def test_terraform_accepts_it_and_its_own_test_passes(workplace: Path) -> None:
    terraform.init(workplace)
    validated = terraform.run(workplace, "validate", "-json")
    outcome = json.loads(validated.stdout)
    assert outcome["valid"], outcome["diagnostics"]
    assert outcome["warning_count"] == 0, outcome["diagnostics"]
    tested = terraform.run(workplace, "test", "-no-color")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "1 passed, 0 failed" in tested.stdout
