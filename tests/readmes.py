"""The command blocks of generated READMEs, and the surroundings in which they are run."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stage3c.output.render import stack_files
from stage3c.pipeline import Build, compile_spec

from tests import stand_ins
from tests.conftest import ROOT, SPECS
from tests.test_generated import GENERATED

CLOSED = "http://127.0.0.1:9"
"""Port 9, discard: nothing listens there."""
SEED = "  seed: {like: web, command: [echo, hello], run: before_release}\n"
TIDY = "  tidy: {like: web, command: [echo, bye], run: on_demand}\n"
VARIANTS = {
    "job-on-demand": ("stage3v3.yaml", "run: before_release", "run: on_demand"),
    "jobs-without-build": ("minimal.yaml", "monitoring:", f"jobs:\n{SEED}{TIDY}monitoring:"),
}
"""What no committed stack has and changes the commands: the spec, a text in it, and what it becomes."""
REFERENCE = re.compile(r"\$\{(?:tostring\()?([^}()]*)\)?\}")


class Block(NamedTuple):
    """Indented lines that stand together, below a heading of the second level."""

    section: str
    text: str


def blocks(readme: Path) -> list[Block]:
    """All of a README, in their order."""
    text = re.sub(r"^```.*?^```$", "", readme.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    section, found, lines = "", [], list[str]()
    for line in [*text.splitlines(), ""]:
        if line.startswith("    "):
            lines.append(line.strip())
            continue
        if lines:
            found.append(Block(section, "\n".join(lines)))
            lines = []
        section = line.removeprefix("## ") if line.startswith("## ") else section
    return found


def folders(written: Path) -> Iterator[tuple[Path, Build]]:
    """Every generated folder with its stack, and those of the variants, which are written below a folder."""
    for spec in SPECS:
        for build in compile_spec(spec.read_bytes(), str(spec)).builds:
            yield GENERATED / build.stack_name, build
    for name, (file, old, new) in VARIANTS.items():
        text = (ROOT / "specs" / file).read_text(encoding="utf-8")
        assert old in text
        compiled = compile_spec(text.replace(old, new).encode(), file)
        assert not compiled.failed, compiled.diagnostics
        (written / name).mkdir(parents=True)
        for kind, content in stack_files(compiled.builds[0]).items():
            (written / name / kind).write_text(content, encoding="utf-8")
        yield written / name, compiled.builds[0]


def resolved(value: Any, known: Callable[[str], str]) -> Any:
    """A value of main.tf.json with each reference replaced."""
    if isinstance(value, dict):
        return {key: resolved(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, known) for each in value]
    return REFERENCE.sub(lambda found: known(found[1]), value) if isinstance(value, str) else value


class Place:
    """A copy of a generated folder, with stand-ins on the PATH."""

    def __init__(self, root: Path, source: Path, *commands: str) -> None:
        self.folder = root / "generated" / source.name
        self.kept, self.bin = root / "kept", root / "bin"
        shutil.copytree(source, self.folder)
        self.kept.mkdir()
        self.bin.mkdir()
        stand_ins.install(self.bin, *commands)
        self.document = json.loads((self.folder / "main.tf.json").read_text(encoding="utf-8"))

    def outputs(self, known: Callable[[str], str]) -> None:
        """Say what the outputs of the stack are worth."""
        told = {name: resolved(each["value"], known) for name, each in self.document.get("output", {}).items()}
        (self.kept / "outputs.json").write_text(json.dumps(told), encoding="utf-8")

    def run(self, block: Block, environment: Mapping[str, str], typed: str = "typed\n") -> str:
        """What a block prints in a shell of its own that ends at the first command which fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=self.folder, input=typed, capture_output=True, text=True, check=False,
            env={**quiet(), "STAND_IN": str(self.kept), "PATH": f"{self.bin}:{os.environ['PATH']}", **environment},
        )  # fmt: skip
        assert done.returncode == 0, (self.folder.name, block, done.stdout, done.stderr)
        return done.stdout

    def forget(self) -> None:
        """Take back every init and apply."""
        for name in ("initialized", "applied.json"):
            (self.kept / name).unlink(missing_ok=True)

    def calls(self, command: str) -> list[list[str]]:
        """With which arguments a command was run."""
        lines = (self.kept / "calls.jsonl").read_text(encoding="utf-8").splitlines()
        return [call[1:] for call in map(json.loads, lines) if call[0] == command]


def quiet() -> dict[str, str]:
    """An environment without settings of AWS or Terraform that are somebody's own."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "TF_", "PYTHON"))}
    nobody = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**inherited, **nobody, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}


def install_cli(folder: Path) -> Path:
    """Install the AWS CLI into an environment of its own, since it pins botocore: the folder of its programs."""
    for line in ([sys.executable, "-m", "venv", "."], ["bin/pip", "install", "-q", "awscli>=1.40,<2"]):
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "bin"
