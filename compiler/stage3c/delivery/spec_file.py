"""A spec that is written back in place, under its own name."""

import os
from pathlib import Path

from stage3c.live.account import UsageError
from stage3c.output import in_place


def refuse_links(path: Path) -> None:
    """Refuse what is not a plain file under its own name."""
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link.", f"use the file itself: {os.path.realpath(path)}.")
    if not path.is_file():
        raise UsageError(f"{path} is not a file that can be changed.", "use the path of a spec.")


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Write a spec, unless it has changed since it was read; raises `UsageError` and `FileError`."""
    refuse_links(path)
    in_place.replace_all({path: (before, after.decode())})
