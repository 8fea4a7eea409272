"""The program that builds and pushes images: docker, podman or buildah, whichever is installed; started by its arguments."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from stage3c.disclosure import masked
from stage3c.live.account import LiveError

_PROGRAMS: Final = ("docker", "podman", "buildah")
_PROBE: Final = {"docker": ("version", "--format", "{{.Server.Version}}")}
"""Docker's client is of no use without its engine."""
_PLATFORMS: Final = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


@dataclass(frozen=True, slots=True)
class Engine:
    """One of the programs; `tell` is given what it prints."""

    program: str
    tell: Callable[[str], None]
    environment: Mapping[str, str] | None = None
    """All its variables; None: those of this process."""

    def log_in(self, registry: str, user: str, password: str) -> None:
        """Log in to a registry; the password goes through standard input."""
        self._run("login", "--username", user, "--password-stdin", registry, typed=password)

    def build(self, folder: str, architecture: str, image: str) -> None:
        """Build the Dockerfile of a folder for an architecture."""
        self._run("build", "--platform", _PLATFORMS[architecture], "--tag", image, folder)

    def push(self, image: str) -> None:
        """Push an image."""
        self._run("push", image)

    def _run(self, *arguments: str, typed: str = "") -> None:
        with subprocess.Popen(  # noqa: S603 - a program of our list, with arguments of our own
            [self.program, *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError), process.stdin as stdin:  # one that ends early says why below
                stdin.write(typed)
            for line in process.stdout:
                self.tell(masked(line.rstrip("\n")))
        if process.returncode:
            cause = f"{self.program} {arguments[0]} failed with exit code {process.returncode}."
            raise LiveError(cause, f"read what {self.program} says above, then run the same command again.")


def installed(tell: Callable[[str], None]) -> Engine:
    """The first of the programs that is installed and answers."""
    for program in _PROGRAMS:
        if shutil.which(program) and _answers(program):
            return Engine(program, tell)
    cause = f"no program that builds images works here: {', '.join(_PROGRAMS)}."
    raise LiveError(cause, "install one of them, or start Docker's engine.")


def _answers(program: str) -> bool:
    probe = _PROBE.get(program, ("--version",))
    return subprocess.run([program, *probe], capture_output=True, check=False).returncode == 0  # noqa: S603 - as above
