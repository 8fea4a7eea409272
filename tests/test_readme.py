"""README: short, easy to read, and every command in it works."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import stage3c

from tests.conftest import ROOT
from tests.first_hour import build_wheel
from tests.test_gate import with_command
from tests.test_manners import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
REFERENCE = next(block for block in BLOCKS if "specs/stage3v3.yaml" in block)
TEST = next(block for block in BLOCKS if "pytest" in block)
OWN = [block for block in BLOCKS if block not in {REFERENCE, TEST}]
"""The blocks of somebody's own project, in their order."""
WORDS_MAX, SENTENCE_MAX, FLESCH_MIN = 1500, 30, 50


def sentences() -> list[list[str]]:
    text = re.sub(r"```.*?```|<!--.*?-->", "", README, flags=re.DOTALL)
    text = re.sub(r"^(\||#|!).*$|^[-0-9.]+ ", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "")
    return [words for part in re.split(r"(?<=[.:!?])\s+|\n\n", text) if (words := re.findall(r"[A-Za-z0-9'.-]+", part))]


def syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))))


def test_it_is_short_and_easy_to_read() -> None:
    """https://en.wikipedia.org/wiki/Flesch-Kincaid_readability_tests (2026-11-28)."""
    found = sentences()
    words = [word for sentence in found for word in sentence]
    ease = 206.835 - 1.015 * len(words) / len(found) - 84.6 * sum(map(syllables, words)) / len(words)
    assert len(README.split()) < WORDS_MAX
    assert max(map(len, found)) <= SENTENCE_MAX
    assert ease >= FLESCH_MIN


def test_its_spec_is_valid_and_its_picture_is_there() -> None:
    (spec,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert stage3c.validate(spec).ok
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_each_block_is_run_by_one_of_these_tests() -> None:
    """The block of the first screen and the project's own blocks here, the marked test command by `.ci/run`."""
    assert [block for block in BLOCKS if block not in OWN] == [REFERENCE, TEST]
    assert f"<!-- test -->\n```sh\n{TEST}```\n<!-- /test -->" in README
    assert r"/^<!-- test -->$/,/^<!-- \/test -->$/p' README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_is_in_the_table() -> None:
    (table,) = re.findall(r"\| Command \| What it does \|\n((?:\|.*\n)+)", README)
    listed = [name for row in table.splitlines() for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])]
    assert sorted(listed) == COMMANDS


def test_its_commands_run_one_after_the_other(tmp_path: Path) -> None:
    """With the command of this checkout; the slow test does the same with an installed wheel."""
    environment = with_command(tmp_path)
    for block in OWN:
        lines = [line for line in block.splitlines() if "pip install" not in line and "venv" not in line]
        done = run_block("\n".join(lines), tmp_path, environment)
        assert done.returncode == 0, (block, done.stdout, done.stderr)
    assert (tmp_path / "shop" / "report.html").is_file()
    (python,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    line = [sys.executable, "-c", python]
    done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("True"), done.stderr


@pytest.mark.slow
def test_a_fresh_environment_outside_goes_from_nothing_to_a_report_by_readme_alone(tmp_path: Path) -> None:
    """Every command is README's; only the path of the clone is replaced by the wheel's."""
    (tmp_path / "dist").mkdir()
    wheel = build_wheel(tmp_path / "dist")
    project = tmp_path / "empty"
    project.mkdir()
    own = {name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    assert sum(block.count("~/stage3c") for block in OWN) == 1
    script = "\n".join(OWN).replace("~/stage3c", shlex.quote(str(wheel)))
    done = run_block(f"{script}\ncommand -v stage3c\n", project, own)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.splitlines()[-1] == str(project / ".venv" / "bin" / "stage3c")
    assert "1 spec checked: no findings" in done.stderr
    assert '"aws_ecs_service"' in (project / "shop" / "generated" / "stage3c" / "main.tf.json").read_text()
    assert "<svg" in (project / "shop" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_first_screen_installs_and_builds_the_reference_stack(tmp_path: Path) -> None:
    """In a copy of what git has, so that nothing of this checkout helps."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x"], cwd=tmp_path, input=archive.stdout, check=True)
    own = {name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = run_block(REFERENCE, tmp_path, own)
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "1 stack built" in done.stderr


def run_block(block: str, folder: Path, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """A block as a shell runs it, that ends at the first command which fails."""
    line = ["bash", "-euc", block]
    return subprocess.run(line, env=environment, cwd=folder, capture_output=True, text=True, check=False)
