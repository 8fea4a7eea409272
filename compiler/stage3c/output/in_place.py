"""Files of the user that are changed in place: only over the bytes that were read, all of them or none."""

import os
from collections.abc import Mapping
from pathlib import Path

from stage3c.output import exchange, files


def replace_all(changes: Mapping[Path, tuple[bytes, str]]) -> None:
    """Write the new text of each file, unless one has changed since its bytes were read; raises `FileError`.

    Of a symbolic link, the file that it leads to is written.
    """
    places = {path: Path(os.path.realpath(path)) for path in changes}
    try:
        with exchange.locked([place.parent for place in places.values()]):
            for path, place in places.items():
                if place.read_bytes() != changes[path][0]:
                    raise files.FileError(f"{path} changed meanwhile, and was not written.", "run the command again.")
                if not os.access(place, os.W_OK):
                    raise files.FileError(f"{path} is not writable, and was not changed.", f"chmod u+w {path}")
            files.write_all({places[path]: after for path, (_, after) in changes.items()})
    except OSError as error:
        cause = f"{error.filename} cannot be written: {(error.strerror or '').lower()}; it is unchanged."
        folder = Path(error.filename or ".").parent
        raise files.FileError(cause, f"check the permissions of its folder: ls -ld {folder}.") from None
