"""README: short, easy to read, and every command in it works."""

import re
import subprocess
import sys
from pathlib import Path

import stage3c

from tests.conftest import ROOT
from tests.test_gate import with_command

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
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


def test_its_commands_run_one_after_the_other(tmp_path: Path) -> None:
    """The first block and the marked one install; a wheel is built and installed elsewhere."""
    environment = with_command(tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").write_text("")
    for name in ("generated", "specs"):
        (tmp_path / name).symlink_to(ROOT / name)
    blocks = [block for block in BLOCKS if "pip install" not in block]
    assert len(blocks) == len(BLOCKS) - 2
    for block in blocks:
        line = ["bash", "-euc", block]
        done = subprocess.run(line, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (block, done.stdout, done.stderr)
    assert (tmp_path / "shop" / "report.html").is_file()
    (python,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    line = [sys.executable, "-c", python]
    done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("True"), done.stderr
