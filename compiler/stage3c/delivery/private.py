"""A folder for states and plans, which contain secrets: only its owner reads it, and after a kill the next run removes it."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "stage3c-private-"
_MARK: Final = ".made-by-stage3c"
"""A folder without this file was not made here, whatever its name."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder, removed at the end; what killed runs have left goes first."""
    _remove_leftovers()
    folder, handle = _made()
    try:
        (folder / _MARK).touch()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _made() -> tuple[Path, int]:
    """A folder with a lock on itself, which ends with this process, and the handle of the lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        if os.name != "posix":
            return folder, os.open(os.devnull, os.O_RDONLY)
        with suppress(FileNotFoundError):  # another run may have taken it for a leftover before it was locked
            handle = os.open(folder, os.O_RDONLY)
            _lock(handle, wait=True)
            if folder.is_dir():
                return folder, handle
            os.close(handle)


def _remove_leftovers() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if os.name == "posix" else ():
        with suppress(OSError):  # it is in use, or gone
            told = folder.lstat()
            if not stat.S_ISDIR(told.st_mode) or told.st_uid != os.getuid() or not (folder / _MARK).is_file():
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                _lock(handle, wait=False)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _lock(handle: int, *, wait: bool) -> None:
    import fcntl  # noqa: PLC0415 - Windows has none

    fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
