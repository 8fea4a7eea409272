"""The command `stage3c` run inside the test process: its entry point, without the time that an interpreter takes to start."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from stage3c.cli.main import main


def run_inside(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """What the command prints and its exit code, with these environment variables and this text on standard input."""
    words = [str(each) for each in arguments]
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.dict(os.environ, dict(environment or os.environ), clear=True),
        patch.object(sys, "argv", ["stage3c", *words]),
        patch.object(sys, "stdin", io.StringIO(typed)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
