"""A folder of output replaced at once: whoever reads it, whenever we are killed, finds the files of one build, never of two.

The new folder is prepared beside the old one, with links to everything in it that is not ours, and the two change places in
one step of the file system. What the old one holds besides, such as `.terraform`, moves over afterwards.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_HERE: Final = -100  # AT_FDCWD
_SWAP: Final = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


@contextlib.contextmanager
def locked(folders: Sequence[Path]) -> Iterator[None]:
    """Hold these folders, so that no other build writes below them; the lock is on the folder itself and leaves no file."""
    with contextlib.ExitStack() as held:
        for folder in sorted(set(folders)) if os.name == "posix" else ():
            import fcntl  # noqa: PLC0415 - Windows has none

            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare(folder: Path, names: Sequence[str], prefix: str) -> Path:
    """A new folder beside one, with links to all files of the old one but those of these names; raises `OSError`."""
    staged = Path(tempfile.mkdtemp(prefix=prefix, suffix=f"-{folder.name}.tmp", dir=folder.parent))
    staged.chmod(folder.stat().st_mode & 0o7777)
    try:
        for entry in os.scandir(folder):
            if entry.name not in names and not entry.is_dir(follow_symlinks=False):
                os.link(entry.path, staged / entry.name, follow_symlinks=False)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def swap(staged: Path, folder: Path, names: Sequence[str]) -> bool:
    """Let a prepared folder and the old one change places, and remove the old one; False where the file system cannot."""
    call = _call()
    if call is None or call(os.fsencode(staged), os.fsencode(folder)) != 0:
        return False
    for entry in list(os.scandir(staged)):
        if entry.name not in names and not _is_there(entry, folder / entry.name):
            with contextlib.suppress(OSError):
                Path(entry.path).replace(folder / entry.name)
    remove(staged)
    return True


def recover(leftover: Path, folder: Path) -> None:
    """Give back what a killed build had not moved over yet, and remove what it left."""
    for entry in list(os.scandir(leftover)):
        if entry.is_dir(follow_symlinks=False) and folder.is_dir() and not (folder / entry.name).exists():
            with contextlib.suppress(OSError):
                Path(entry.path).rename(folder / entry.name)
    remove(leftover)


def remove(folder: Path) -> None:
    """Remove a folder with its files and Terraform's own; with another folder in it that could not be moved, it stays."""
    for entry in list(os.scandir(folder)) if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if not entry.is_dir(follow_symlinks=False):
                Path(entry.path).unlink()
            elif entry.name == ".terraform":
                shutil.rmtree(entry.path, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def can_swap() -> bool:
    """Tell whether this system has a call for it."""
    return _call() is not None


def _is_there(entry: "os.DirEntry[str]", place: Path) -> bool:
    """Whether the new folder has that very file; one that was written anew in the meantime is another one."""
    return place.exists() and (place.is_dir() or place.stat().st_ino == entry.inode())


def _call() -> Callable[[bytes, bytes], Any] | None:
    """https://man7.org/linux/man-pages/man2/rename.2.html, and `man renamex_np` on macOS (2026-11-28)."""
    if os.name == "nt":
        return None
    import ctypes  # noqa: PLC0415 - a build needs it, and no other command

    system = ctypes.CDLL(None)
    if sys.platform == "darwin" and hasattr(system, "renamex_np"):
        return lambda one, other: system.renamex_np(one, other, _SWAP)
    if hasattr(system, "renameat2"):
        return lambda one, other: system.renameat2(_HERE, one, _HERE, other, _SWAP)
    return None


def grouped(files: Mapping[Path, str]) -> dict[Path, dict[str, str]]:
    """Texts by folder and name."""
    found: dict[Path, dict[str, str]] = {}
    for path, text in files.items():
        found.setdefault(path.parent, {})[path.name] = text
    return found
