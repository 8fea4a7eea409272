"""Run by the interpreter of the real AWS CLI, without this repository: which command lines it does not understand.

Each line of the file that is named is a JSON list of arguments. The endpoint must be closed: what is understood gets as far as a
connection that fails, and all else is printed.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

from awscli.clidriver import create_clidriver  # type: ignore[import-not-found,unused-ignore] # not installed here


def error_of(arguments: list[str]) -> str:
    """What the CLI says of a command line."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        create_clidriver().main(arguments)
    return said.getvalue()


for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
    error = error_of(json.loads(line))
    if "Could not connect to the endpoint URL" not in error:
        sys.stdout.write(f"{line}\n{error.strip()[-500:]}\n")
