"""A spec that is written back in place: only over the bytes that were read, in one step, with its permissions."""

import os
from pathlib import Path

from stage3c.live.account import LiveError, UsageError
from stage3c.output import exchange, files


def refuse_links(path: Path) -> None:
    """Refuse what is not a plain file under its own name: it would be replaced by one."""
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link.", f"use the file itself: {os.path.realpath(path)}.")
    if not path.is_file():
        raise UsageError(f"{path} is not a file that can be changed.", "use the path of a spec.")


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Write a spec, unless it has changed since it was read; raises `LiveError` and `FileError`."""
    refuse_links(path)
    try:
        with exchange.locked([path.parent]):
            if not os.access(path, os.W_OK):
                raise LiveError(f"{path} is not writable, and was not changed.", f"chmod u+w {path}")
            if path.read_bytes() != before:
                raise LiveError(f"{path} changed meanwhile, and was not written.", "run the command again.")
            files.write_all({path: after.decode()})
    except OSError as error:
        cause = f"{path} cannot be written: {(error.strerror or '').lower()}; it is unchanged."
        raise LiveError(cause, f"check the permissions of its folder: ls -ld {path.parent}.") from None
