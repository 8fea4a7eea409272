"""The commands as a user runs them, in this process: exit code, what was said, and what was typed when."""

import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from msgspec import Struct
from stage3c.cli.main import application

_BLOCK = re.compile(r"import \{\s*to\s*=\s*(?P<to>\S+)\s*id\s*=\s*(?P<id>\"(?:[^\"\\]|\\.)*\")\s*\}")


class Done(Struct, frozen=True):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err


class Typed(io.RawIOBase):
    """Standard input of somebody who takes a while: what happens in between is `meanwhile`, once."""

    def __init__(self, text: str, meanwhile: Callable[[], None] | None = None) -> None:
        self.left = text.encode()
        self.meanwhile = meanwhile

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        now, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(now)] = now
        return len(now)


def run(words: Sequence[str | Path], typed: str = "", meanwhile: Callable[[], None] | None = None) -> Done:
    """Run one; what it raises by mistake fails the test, as a traceback would shock a user."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BufferedReader(Typed(typed, meanwhile)))
    code: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            application()([*map(str, words)])
    except SystemExit as left:
        code = left.code
    finally:
        sys.stdin = before
    return Done(int(str(code or 0)), out.getvalue(), err.getvalue())


class Stage3c(Struct, frozen=True):
    """The commands for one environment of one spec, and the folder that they write to."""

    spec: Path
    out: Path
    stack: str
    env: str | None = None

    @property
    def which(self) -> tuple[str | Path, ...]:
        """The spec and its environment, as arguments."""
        return (self.spec, *(("--env", self.env) if self.env else ()))

    def adopt(self, *more: str) -> Done:
        """Run `adopt`."""
        return run(("adopt", *self.which, "--out", self.out, *more))

    def cleanup(self, *, yes: bool = True, meanwhile: Callable[[], None] | None = None) -> Done:
        """Run `cleanup`, and type the stack's name where it is asked for."""
        told = ("--yes",) if yes else ()
        return run(("cleanup", *self.which, *told), f"{self.stack}\n", meanwhile)

    def preflight(self, *more: str) -> Done:
        """Run `preflight`; nobody answers for the public DNS."""
        return run(("preflight", *self.which, "--resolver", "127.0.0.1:9", *more))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What `preflight` says, by the check's id."""
        told: dict[str, list[dict[str, Any]]] = {}
        for row in json.loads(self.preflight("--format", "json").out)["rows"]:
            told.setdefault(row["id"], []).append(row)
        return told

    def written(self) -> dict[str, str]:
        """The texts of all that the commands wrote, by name."""
        return {path.name: path.read_text(encoding="utf-8") for path in self.out.glob("*/*") if path.is_file()}

    def imports(self) -> dict[str, str]:
        """What the last `adopt` wrote to be imported: the id by address; none where it wrote nothing."""
        text = self.written().get("imports.tf", "")
        found = {block["to"]: json.loads(block["id"]) for block in _BLOCK.finditer(text)}
        assert text.count("import {") == len(found), f"an import block cannot be read:\n{text}"
        return found

    def forget(self) -> None:
        """Take away what the commands wrote."""
        for path in [each for each in self.out.glob("*/*") if each.is_file()]:
            path.unlink()
