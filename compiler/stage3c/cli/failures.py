"""The one place where an exception that nobody expected ends: one line, the right exit code, JSON where JSON was asked for."""

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn

from stage3c.cli.console import ENVIRONMENT, INTERNAL, Format, say
from stage3c.diagnostics import internal_error
from stage3c.output import report
from stage3c.output.junit import as_junit

_OF_THE_MACHINE: Final = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or raise the quota",
    errno.EROFS: "set TMPDIR to a folder that can be written to",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit of open files: ulimit -n",
    errno.ENFILE: "close other programs",
    errno.ENOMEM: "free some memory",
    errno.EAGAIN: "raise the limit of processes: ulimit -u",
}
"""What no input and no bug of ours brings about, with what helps."""


class _Watched:
    """Standard output that knows whether anything was written to it: after half a document, JSON is no use."""

    def __init__(self, write: Callable[[str], int]) -> None:
        self._write = write
        self.used = False

    def __call__(self, text: str) -> int:
        self.used = self.used or bool(text)
        return self._write(text)


class _Terminated(KeyboardInterrupt):
    """A signal that ends the command as Ctrl-C does: locks are released, and what contains secrets is removed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the command in order, unless they are ignored, as `nohup` has it."""
    numbers = (signal.SIGTERM, signal.SIGHUP) if os.name == "posix" else ()
    own = [each for each in numbers if signal.getsignal(each) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        own = []
    for each in own:
        signal.signal(each, _terminate)
    try:
        yield
    finally:
        for each in own:
            signal.signal(each, signal.SIG_DFL)


def _terminate(number: int, _frame: object) -> NoReturn:
    raise _Terminated(number)


def run(command: Callable[[], object]) -> NoReturn:
    """Run a command and exit; what it raises by itself, such as `SystemExit`, goes through."""
    watched = _Watched(sys.stdout.write)
    sys.stdout.write = watched  # type: ignore[method-assign] # every print goes through it
    try:
        try:
            with _terminable():
                command()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except _Terminated as ended:
        sys.exit(128 + ended.number)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last place that can
        sys.unraisablehook = lambda _: None  # half-made engines complain when they are collected
        _leave(_told(error, Format.TEXT if watched.used else _asked_format(sys.argv[1:])))
    sys.exit(0)


def _leave(code: int) -> NoReturn:
    """Exit without another flush, which would fail once more where standard output is what failed."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _told(error: Exception, output: Format) -> int:
    """Say what happened; the exit code."""
    if os.environ.get("STAGE3C_TRACEBACK"):
        traceback.print_exception(error)
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _OF_THE_MACHINE):
        code = (error.errno if isinstance(error, OSError) else None) or errno.ENOMEM
        where = f": {report.printable(str(error.filename))}" if isinstance(error, OSError) and error.filename else ""
        cause, fix = f"{os.strerror(code).lower()}{where}.", f"{_OF_THE_MACHINE[code]}, then run the command again."
        say(f"error: {cause}\n  fix: {fix}")
        return ENVIRONMENT
    if type(error).__name__ == "EngineError":  # by its name: `output.synth` is slow to import
        cause = f"Node.js, which CDKTF runs on, does not start ({error})."
        say(f"error: {cause}\n  fix: free memory and space in TMPDIR, then run the command again.")
        return ENVIRONMENT
    bug = internal_error(error)
    say(f"error: {report.as_line(bug)}")
    writers = {
        Format.JSON: report.as_json,
        Format.SARIF: report.as_sarif,
        Format.GITHUB: report.as_github,
        Format.JUNIT: as_junit,
    }
    if output in writers:
        sys.stdout.write(writers[output]([bug]).rstrip("\n") + "\n")
    return INTERNAL


def _asked_format(arguments: Sequence[str]) -> Format:
    """The last `--format` of a command line; typer has parsed it, and has lost it by now."""
    found = Format.TEXT
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        value = following if word == "--format" else word.removeprefix("--format=")
        found = Format(value) if value in set(Format) and value != word else found
    return found
