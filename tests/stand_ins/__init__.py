"""Commands that stand in for those with which a README's blocks are run: what they are given is checked and recorded.

`STAND_IN` names a folder: `outputs.json` has the value of each Terraform output, `calls.jsonl` gets a line for each call, and
what was applied, logged in to and built is kept there between the calls of a run.
"""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
"""As in `tests.conftest`, which takes most of a second to import."""


def folder() -> Path:
    """Where the stand-ins of a run keep what they know."""
    return Path(os.environ["STAND_IN"])


def record(command: str) -> list[str]:
    """Note the call; its arguments."""
    with (folder() / "calls.jsonl").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps([command, *sys.argv[1:]]) + "\n")
    return sys.argv[1:]


def fail(text: str) -> NoReturn:
    """Say why, and end the block."""
    sys.exit(f"stand-in: {text}")


def install(where: Path, *names: str) -> None:
    """Put these stand-ins into a folder for the PATH."""
    for name in names:
        line = f'PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m tests.stand_ins.{name} "$@"'
        (where / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (where / name).chmod(0o755)
