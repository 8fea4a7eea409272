"""The tag that a build context has by its content: the same files give the same tag on every machine.

Counts what `docker build` is sent: the files that `.dockerignore` leaves, with their paths, contents and executable bits,
and the links as they are written. Neither times nor owners count, nor empty folders, which Git does not keep.
https://docs.docker.com/build/concepts/context/#dockerignore-files (from memory).
"""

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pathspec import PathSpec, Pattern

from stage3c.live.account import UsageError

_PREFIX: Final = "ctx-"  # with it, no hash is read as a number
_HEX_CHARS: Final = 16
_DOCKERFILE: Final = "Dockerfile"
_IGNORE_FILES: Final = (f"{_DOCKERFILE}.dockerignore", ".dockerignore")  # the first one that exists counts
_BOM: Final = "\ufeff"


def context_tag(folder: Path, architecture: str) -> str:
    """The tag of an image that is built from a folder for an architecture.

    Shape: ("services/web", "arm64") -> "ctx-3f9a0c1d2b4e5f60".
    """
    if not (folder / _DOCKERFILE).is_file():
        cause = f"{folder} has no {_DOCKERFILE}."
        raise UsageError(cause, "run the command in the folder that the build paths of the spec are relative to.")
    digest = hashlib.sha256(architecture.encode())
    try:
        for path in context_files(folder):
            digest.update(b"\0".join([b"", os.fsencode(path), *_content(folder / path)]))
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: {(error.strerror or '').lower()}.", f"check the permissions in {folder}."
        ) from None
    return f"{_PREFIX}{digest.hexdigest()[:_HEX_CHARS]}"


def context_files(folder: Path) -> list[str]:
    """The files of a build context by their path in it, in order; the Dockerfile is always one of them."""
    patterns = PathSpec.from_lines("gitignore", _patterns(folder)).patterns
    return sorted(path for path in _files(folder) if path == _DOCKERFILE or not _is_ignored(path, patterns))


def _is_ignored(path: str, patterns: Iterable[Pattern]) -> bool:
    """The last pattern decides that matches the file or a folder above it, unlike in Git, where an ignored folder is final."""
    parts = path.split("/")
    places = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    ignored = False
    for pattern in patterns:
        if pattern.include is not None and any(pattern.match_file(place) for place in places):
            ignored = pattern.include
    return ignored


def _patterns(folder: Path) -> Sequence[str]:
    """The lines of the ignore file as Git's, which are read alike once each begins at the root of the context."""
    for name in _IGNORE_FILES:
        if (folder / name).is_file():
            lines = (
                (folder / name).read_text(encoding="utf-8", errors="surrogateescape").removeprefix(_BOM).splitlines()
            )
            return [pattern for line in lines if not line.startswith("#") and (pattern := _pattern(line.strip()))]
    return []


def _pattern(line: str) -> str:
    """Shape: "!/docs/../app/" -> "!/app"."""
    mark = "!" if line.startswith("!") else ""
    cleaned = posixpath.normpath(line.removeprefix("!").strip() or ".").lstrip("/")
    return "" if cleaned == "." else f"{mark}/{cleaned}"


def _files(folder: Path) -> Iterator[str]:
    """All files and links below a folder; what is neither, such as a socket, is not sent."""
    for place, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in [*names, *links]:
            path = Path(place) / name
            if path.is_symlink() or path.is_file():
                yield path.relative_to(folder).as_posix()


def _raise(error: OSError) -> None:
    raise error


def _content(path: Path) -> tuple[bytes, bytes]:
    """The kind of a file and the hash of its content, so that no two contexts are read alike."""
    if path.is_symlink():
        return b"link", hashlib.sha256(os.fsencode(path.readlink())).digest()
    kind = b"program" if path.stat().st_mode & stat.S_IXUSR else b"file"
    with path.open("rb") as file:
        return kind, hashlib.file_digest(file, "sha256").digest()
