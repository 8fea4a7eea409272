"""The real Terraform in one folder, against the emulated account; everything that it prints is in its log."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from stage3c.delivery.known_failures import fold, likeliest
from stage3c.delivery.places import place_of
from stage3c.pipeline import Build
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.isolation import environment
from stage3c.rehearsal.processes import Processes

PROGRAM: Final = "terraform"
_ERROR: Final = re.compile(r"^Error: (.*)$", re.MULTILINE)
_PROVIDER: Final = {"max_retries": 2}
"""With the default of 25, a call that the emulator does not have stalls for minutes instead of failing."""


def is_installed() -> bool:
    """Tell whether Terraform is on the PATH."""
    return shutil.which(PROGRAM) is not None


class Terraform:
    """Terraform in one folder."""

    def __init__(self, running: Processes, folder: Path, url: str, region: str, build: Build | None = None) -> None:
        """Take the folder, in which the files are already, and the build that they are made of, if it is a stack's."""
        self.folder = folder
        self._build = build
        self._running = running
        self._environment = environment(os.environ, url, region)
        self._log = f"terraform-{folder.name}.log"
        document = json.loads((folder / "main.tf.json").read_text(encoding="utf-8"))
        provider = {**document["provider"]["aws"][0], **_PROVIDER}
        self.override("emulator", {"provider": {"aws": provider}})

    def override(self, name: str, document: dict[str, Any]) -> None:
        """Write a file whose arguments replace those of the stack."""
        (self.folder / f"{name}_override.tf.json").write_text(json.dumps(document), encoding="utf-8")

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> int:
        """Run a command; another exit code than these fails the step with Terraform's own words."""
        command = [PROGRAM, arguments[0], "-no-color", "-input=false", *arguments[1:]]
        log = self._running.logs / self._log
        before = log.stat().st_size if log.exists() else 0
        process = self._running.start(command, self.folder, self._environment, self._log)
        code = process.wait()
        self._running.finished(process)
        if code not in codes:
            raise self._failed(arguments[0], code, log.read_text(encoding="utf-8", errors="replace")[before:])
        return code

    def _failed(self, command: str, code: int, said: str) -> Failed:
        """The one of Terraform's own errors of which most is known, or the first."""
        errors = _ERROR.findall(said.replace("│ ", "")) or [f"terraform {command} exits with {code}."]
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        found, log = likeliest(said), self._running.logs / self._log
        told = next((error for error in errors if found and fold(error) in found.block), errors[0])
        cause = f"terraform {command} fails: {told}{more}"
        if found is None:
            return Failed(cause, f"read the whole error in {log}.")
        where = place_of(found, self._build) if self._build else None
        line = f" ({where[1].file}:{where[1].line})" if where else ""
        sentence = f"{cause.rstrip('.')}. Cause: {found.failure.cause.rstrip('.')}{line}."
        return Failed(sentence, f"{found.failure.fix} The whole error is in {log}.")

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - JSON is anything
        """What `terraform show -json` prints; it is not logged, since plans can contain secrets."""
        command = [PROGRAM, "show", "-json", *arguments]
        process = self._running.start(command, self.folder, self._environment, self._log, stdout=subprocess.PIPE)
        out, _ = process.communicate()
        self._running.finished(process)
        if process.returncode:
            raise Failed("terraform show fails.", f"read the error in {self._running.logs / self._log}.")
        return json.loads(out)
