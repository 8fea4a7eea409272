"""What a build changes: the previous output, on disk or at a git revision, held against the new one."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from stage3c.change.written import Written, kept_priorities, written
from stage3c.diagnostics import Diagnostic
from stage3c.output import files
from stage3c.pipeline import Build
from stage3c.resources.load_balancers import Kept
from stage3c.rules import diagnosed

STACK_FILE = "main.tf.json"


def on_disk(folder: Path) -> Written:
    """What the last build of a stack wrote; nothing where there is no such file or it is no JSON."""
    try:
        path = folder / STACK_FILE
        return written(files.read_json(path) if files.is_file(path) else None)
    except files.FileError:
        return Written()


def kept_in(folder: Path) -> Kept:
    """The priorities that the last build of a stack chose."""
    return kept_priorities(on_disk(folder))


def at_revision(folder: Path, revision: str) -> Written:
    """What a git revision has of a stack; nothing where the file is not in it. Raises `FileError`."""
    place = folder if folder.is_dir() else Path()
    name = f"./{STACK_FILE}" if folder.is_dir() else f"./{folder.as_posix()}/{STACK_FILE}"
    commit = _git(place, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        cause = f"git has no revision {revision} here."
        raise files.FileError(
            cause, "use a branch, tag or commit, such as --against origin/main; in CI, fetch it first."
        )
    text = _git(place, "show", f"{commit.strip()}:{name}")
    return written(_parsed(text or ""))


def with_moves(build: Build, before: Written) -> Build:
    """The same build with a `moved` block for what has another address since the last one."""
    from stage3c.change.moves import moves  # noqa: PLC0415 - slow to import, and `validate` does not need it
    from stage3c.output.synth import blocks  # noqa: PLC0415

    if build.graph is None or not before.resources:
        return build
    found = moves(before, Written(build.graph.derived(blocks)))
    return replace(build, graph=replace(build.graph, moved=found)) if found else build


def judged_changes(build: Build, before: Written) -> list[Diagnostic]:
    """What Terraform would replace or destroy, and what that loses."""
    from stage3c.change.faults import Before, change_faults  # noqa: PLC0415 - as above
    from stage3c.output.synth import blocks  # noqa: PLC0415

    assert build.graph is not None
    after = Written(build.graph.derived(blocks))
    each = Before(build.document, build.graph, tuple(build.stack.replace), before, after)
    return [diagnosed(fault) for fault in change_faults(each)]


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints, or None where it fails."""
    command: Sequence[str] = ("git", *arguments)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)  # noqa: S603 - git, with a revision behind --end-of-options
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
