"""Terraform in the build folder of a stack: run without a shell, its output passed on line by line without secrets.

Plans contain secrets, so they are kept in a folder that only their owner can read, and are removed.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stage3c.disclosure import masked
from stage3c.live.account import LiveError

PROGRAM: Final = "terraform"
_OTHERS: Final = ("TF_WORKSPACE", "TF_CLI_ARGS")
"""Settings of the user that stand for another stack or other options."""

_NO_STATE: Final = "No state file was found"
"""https://github.com/hashicorp/terraform/blob/main/internal/command/state_meta.go (from memory)."""

_WORKSPACE: Final = "default"
"""The one whose state is where the spec says; in another that was selected in the folder, everything would be created anew."""


class TerraformError(LiveError):
    """A command of Terraform failed; `log` is what it printed, without secrets."""

    def __init__(self, cause: str, fix: str, log: str) -> None:
        """Take cause and fix as full sentences."""
        super().__init__(cause, fix)
        self.log = log


class Terraform:
    """Terraform in one folder; `tell` is given what it prints."""

    def __init__(self, folder: Path, endpoint_url: str | None, tell: Callable[[str], None]) -> None:
        """Find the program; `endpoint_url` stands for AWS's own."""
        if shutil.which(PROGRAM) is None:
            raise LiveError("terraform is not on the PATH.", "install Terraform 1.11 or later.")
        self._folder = folder
        self._tell = tell
        self._environment = environment(os.environ, endpoint_url)

    def init(self) -> None:
        """Prepare the folder and its backend."""
        self._run("init", "-input=false", "-no-color")

    def plan(self, into: Path, targets: Sequence[str] = ()) -> Mapping[str, Any]:
        """Plan into a file: the plan as JSON."""
        aimed = [f"-target={each}" for each in targets]
        self._run("plan", "-input=false", "-no-color", f"-out={into}", *aimed)
        found: Mapping[str, Any] = json.loads(self._read("show", "-json", str(into)))
        return found

    def apply(self, plan: Path) -> None:
        """Apply what was planned."""
        self._run("apply", "-input=false", "-no-color", str(plan))

    def settle_moves(self) -> None:
        """Record pending moves in the state: as long as there are any, Terraform refuses to target."""
        self._run("apply", "-input=false", "-no-color", "-refresh-only", "-auto-approve")

    def addresses(self) -> frozenset[str]:
        """What is in the state; nothing where there is none yet. A state that could not be read is no empty one."""
        with self._start("state", "list") as process:
            out, _ = process.communicate()
        if process.returncode and _NO_STATE not in out:
            raise LiveError("terraform state list failed.", "run the same command again.")
        return frozenset(() if process.returncode else out.splitlines())

    def task_definitions(self) -> dict[str, str]:
        """The ARNs of the applied task definitions, by the name of the resource."""
        state = json.loads(self._read("show", "-json"))
        found = state.get("values", {}).get("root_module", {}).get("resources", ())
        return {each["name"]: each["values"]["arn"] for each in found if each["type"] == "aws_ecs_task_definition"}

    def _run(self, *arguments: str) -> None:
        with self._start(*arguments) as process:
            lines = self._told(process)
        if process.returncode:
            said = next((each for each in lines if "Error:" in each), "").strip("│╷ ")
            why = f": {said.removeprefix('Error:').strip()}" if said else ""
            raise TerraformError(
                f"terraform {arguments[0]} failed{why}.",
                "read what Terraform says above, then run the same command again.",
                "\n".join(lines),
            )

    def _told(self, process: "subprocess.Popen[str]") -> list[str]:
        """Read to the end whatever happens: Terraform dies if its reader goes away, and then its state is not written.

        Ctrl-C reaches Terraform as well, which stops by itself and says so.
        """
        assert process.stdout is not None
        lines: list[str] = []
        stopped: BaseException | None = None
        is_heard = True
        while True:
            try:
                for line in process.stdout:
                    lines.append(masked(line.rstrip("\n")))
                    if is_heard:
                        self._tell(lines[-1])
            except KeyboardInterrupt as interrupt:
                stopped = interrupt
            except OSError as error:  # standard error was closed
                stopped, is_heard = error, False
            else:
                break
        if stopped is not None:
            raise stopped
        return lines

    def _read(self, *arguments: str) -> str:
        with self._start(*arguments, stderr=subprocess.DEVNULL) as process:
            out, _ = process.communicate()
        if process.returncode:
            raise LiveError(f"terraform {arguments[0]} failed.", "run the same command again.")
        return out

    def _start(self, *arguments: str, stderr: int = subprocess.STDOUT) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - Terraform, with arguments of our own
            [PROGRAM, *arguments],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            errors="replace",
        )


def environment(inherited: Mapping[str, str], endpoint_url: str | None) -> dict[str, str]:
    """The environment of Terraform: that of the user without settings for another workspace or other options."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_OTHERS)}
    ours = {"TF_IN_AUTOMATION": "1", "TF_WORKSPACE": _WORKSPACE}
    return {**kept, **ours, **({"AWS_ENDPOINT_URL": endpoint_url} if endpoint_url else {})}
