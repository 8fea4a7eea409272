"""What is read from disk and what is written to it: specs in, `generated/` out.

Owns encodings and atomicity: all files of a build are written beside their places first, and only then put there, so that a
full disk or a killed process leaves the old output whole. Every failure is a `FileError` with what to do.
"""

import contextlib
import difflib
import errno
import json
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from stage3c.language.source import MAX_BYTES
from stage3c.output import exchange

_PREFIX: Final = ".stage3c-"
_TEMPORARY: Final = re.compile(r"\.stage3c-(\d+)-[^-]*-?(.*)\.tmp")
_STACK_FILE: Final = "main.tf.json"
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)
_TERRAFORM: Final = (".tf", ".tf.json", ".tfvars", ".tfvars.json")
_TERRAFORM_MAX_BYTES: Final = 64 * 2**20
_BESIDE_MAX_BYTES: Final = 2**20
_LOG_MAX_BYTES: Final = 16 * 2**20
_NO_PLACE: Final = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG)
_FOREIGN_FOLDERS: Final = {"node_modules", "venv", "dist", "build", "vendor", "target"}
_PROJECT_FILE_MAX_CHARS: Final = 200_000
_STACK_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class FileError(Exception):
    """A file that cannot be read or written, told as cause and fix."""

    def __init__(self, cause: str, fix: str) -> None:
        """Take both as full sentences."""
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


def read_spec(path: Path) -> bytes:
    """The bytes of a spec; at most one more than the reader accepts."""
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    if not _STACK_NAME.fullmatch(path.stem):
        cause = f'the file name "{path.name}" cannot be used for an output folder.'
        raise FileError(cause, "rename it, with letters, digits, hyphens and underscores, such as shop.yaml.")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise FileError(f"{path} is a folder.", f"use a spec in it, such as {path}/shop.yaml.") from None
    except FileNotFoundError:
        near = _near(path)
        raise FileError(
            f"{path} does not exist.", f"use {near}." if near else "use the path of an existing spec."
        ) from None
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {_reason(error)}.", f"check the permissions: ls -l {path}.") from None


def read_folder(folder: str) -> dict[str, bytes] | None:
    """The Terraform files of a folder by name, or None where there is no such folder; anything else in it is not opened.

    Files that lead out of their folder by a symbolic link are passed over: Terraform files of strangers are audited too.
    """
    found: dict[str, bytes] = {}
    try:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            wanted = entry.name.endswith(_TERRAFORM) or entry.name == "modules.json"  # of terraform init
            if wanted and not entry.name.startswith(".") and _is_inside(entry, folder):
                found[entry.name] = _bytes_of(Path(entry.path))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):  # a module that calls itself by a link
            return None
        raise FileError(
            f"{folder} cannot be read: {_reason(error)}.", f"check the permissions: ls -ld {folder}."
        ) from None
    return found


def _is_inside(entry: "os.DirEntry[str]", folder: str) -> bool:
    """Tell whether it is a plain file of this very folder; a link that leads to itself is none."""
    try:
        return entry.is_file() and os.path.dirname(os.path.realpath(entry.path)) == os.path.realpath(folder)  # noqa: PTH120 - Path.resolve raises on loops
    except OSError:
        return False


def read_inside(folder: Path) -> Callable[[str], bytes]:
    """What reads the plain files of a folder and below, for expressions such as `file("policy.json")`.

    Terraform of strangers is audited too: what lies outside, or is reached by a symbolic link to there, and what is large or no
    plain file raises `PermissionError`.
    """
    base = os.path.realpath(folder)

    def read(path: str) -> bytes:
        try:
            real = os.path.realpath(path)
            if os.path.commonpath([base, real]) != base or os.path.islink(real):  # noqa: PTH114 - a link to itself
                raise PermissionError(path)
            about = os.stat(real)  # noqa: PTH116 - a path that was resolved
            if not stat.S_ISREG(about.st_mode) or about.st_size > _BESIDE_MAX_BYTES:
                raise PermissionError(path)
            with Path(real).open("rb") as file:
                return file.read(_BESIDE_MAX_BYTES)
        except (ValueError, NotADirectoryError) as error:  # a null byte, or a file in place of a folder
            raise FileNotFoundError(path) from error

    return read


def read_document(path: Path) -> bytes:
    """The bytes of a plan or a state as JSON, or of one Terraform file."""
    try:
        return _bytes_of(path)
    except (OSError, ValueError) as error:
        raise FileError(
            f"{path} cannot be read: {_reason(error)}.", f"check the path and permissions: ls -l {path}."
        ) from None


def read_log(path: Path) -> str:
    """The text of a log; of a very long one, its end, where the errors are."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_MAX_BYTES))
            return file.read(_LOG_MAX_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise FileError(
            f"{path} cannot be read: {_reason(error)}.", f"check the path and permissions: ls -l {path}."
        ) from None


def read_terraform(path: Path, var_files: Sequence[str]) -> Any:  # noqa: ANN401 - a Reading; its import is late, since hcl2 is slow
    """Somebody's Terraform as a graph: a folder, one file of it, or a plan or state as JSON."""
    from stage3c.readers.configuration import read_configuration  # noqa: PLC0415 - see above
    from stage3c.readers.plan import read_plan  # noqa: PLC0415 - likewise

    if path.is_dir():
        return read_configuration(str(path), read_folder, var_files, read_inside(path))
    data = read_document(path)
    if path.name.endswith((".tf", ".tf.json")):
        return read_configuration(str(path.parent), lambda _: {path.name: data}, var_files)
    return read_plan(data, str(path))


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is anything
    """What a JSON file says."""
    try:
        return json.loads(read_document(path))
    except (ValueError, RecursionError):
        raise FileError(f"{path} is not JSON.", "use a file that stage3c wrote.") from None


def project_texts(folder: Path, names: Collection[str], limit: int = 50) -> dict[str, str]:
    """The files of these names in a project and two levels below, by their path in it; what cannot be read is left out."""
    found: dict[str, str] = {}
    for pattern in ("*", "*/*", "*/*/*"):
        for path in sorted(folder.glob(pattern)):
            inside = path.relative_to(folder)
            skipped = any(part.startswith(".") or part in _FOREIGN_FOLDERS for part in inside.parts)
            if path.name in names and not skipped and len(found) < limit and path.is_file():
                found[inside.as_posix()] = head(path, _PROJECT_FILE_MAX_CHARS)
    return found


def is_file(path: Path) -> bool:
    """Tell whether a file can be found there; what may not be looked at is not found."""
    try:
        return path.is_file()
    except OSError:
        return False


def head(path: Path, max_chars: int = 1000) -> str:
    """The beginning of a text, or the empty text where there is none; a pipe, which may never end, is none."""
    try:
        if not path.is_file():
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(max_chars)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {_reason(error)}.", f"check the permissions: ls -l {path}.") from None


def remove(path: Path) -> None:
    """Take a file of ours away."""
    try:
        path.unlink()
    except OSError as error:
        raise FileError(
            f"{path} cannot be removed: {_reason(error)}.",
            f"check the permissions of its folder: ls -ld {path.parent}.",
        ) from None


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_TERRAFORM_MAX_BYTES + 1)
    if len(data) > _TERRAFORM_MAX_BYTES:
        limit = f"{_TERRAFORM_MAX_BYTES // 2**20} MiB"
        raise FileError(f"{path} is larger than {limit}.", "use a smaller file.")
    return data


def write_all(files: Mapping[Path, str]) -> None:
    """Write every file or none. Of a stack's folder, which Terraform reads as one, all files change in one step."""
    staged: list[_Staged] = []
    stacks = {path.parent for path in files if path.name == _STACK_FILE}
    try:
        with exchange.locked([folder.parent for folder in stacks]):
            for folder, texts in exchange.grouped(files).items():
                staged += _stage_all(folder, texts, whole=folder in stacks)
            for each in staged:
                each.commit()
    except OSError as error:
        raise FileError(
            f"{error.filename or 'the output'} cannot be written: {_reason(error)}.", _fix_for(error)
        ) from None
    finally:
        for each in staged:
            each.discard()


class _Staged(Struct, frozen=True):
    """A file, or a whole folder with the names that are ours, on the way to its place."""

    temporary: Path
    place: Path
    names: tuple[str, ...] = ()

    def commit(self) -> None:
        """Put it in its place."""
        if not self.names:
            self.temporary.replace(self.place)
        elif not exchange.swap(self.temporary, self.place, self.names):
            for name in self.names:
                (self.temporary / name).replace(self.place / name)

    def discard(self) -> None:
        """Remove what was not put in its place."""
        if self.names:
            exchange.remove(self.temporary)
        else:
            self.temporary.unlink(missing_ok=True)


def _stage_all(folder: Path, texts: Mapping[str, str], *, whole: bool) -> Iterator[_Staged]:
    """Write the files of a folder beside their places. One that changes alone needs no new folder around it."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    changed = {name: text for name, text in texts.items() if not _holds(_replaceable(folder / name), text)}
    if whole and len(changed) > 1 and exchange.can_swap():
        _sweep(folder.parent)
        staged = _stage_folder(Path(os.path.realpath(folder)), texts)
        if staged is not None:
            yield staged
            return
    for name, text in changed.items():
        yield _Staged(_stage(folder / name, text), folder / name)


def _stage_folder(folder: Path, texts: Mapping[str, str]) -> _Staged | None:
    """A new folder with these files and all others of the old one; None where the file system allows no such thing."""
    try:
        temporary = exchange.prepare(folder, tuple(texts), f"{_PREFIX}{os.getpid()}-")
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise
        return None
    try:
        for name, text in texts.items():
            _stage(temporary / name, text).replace(temporary / name)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return _Staged(temporary, folder, tuple(texts))


def _holds(path: Path, text: str) -> bool:
    """Tell whether a file says this already."""
    try:
        return not path.is_symlink() and path.is_file() and path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False


def is_reached_by_link(path: Path) -> bool:
    """Tell whether a symbolic link stands between the working directory and a file, so that it may lie anywhere."""
    here = Path(os.path.realpath("."))
    return Path(os.path.realpath(path)) != here / path


def stale(files: Mapping[Path, str]) -> str:
    """What differs between these texts and the disk, as a readable diff; the empty text where nothing does."""
    return "".join(_difference(path, text) for path, text in files.items())


def _difference(path: Path, text: str) -> str:
    try:
        old = _replaceable(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return f"{path} is missing\n"
    except (OSError, UnicodeDecodeError) as error:
        return f"{path} cannot be read: {_reason(error)}\n"
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        text.splitlines(keepends=True),
        f"{path} (on disk)",
        f"{path} (from the spec)",
        n=2,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _replaceable(path: Path) -> Path:
    """The path, if a file may take its place; raises `OSError`."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder is in its place", str(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is not a regular file", str(path))
    return path


def _stage(path: Path, text: str) -> Path:
    """Write a text beside its place, flushed to the disk. Terraform passes over names that begin with a dot."""
    handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0o644)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sweep(folder: Path) -> None:
    """Remove what a killed run has left."""
    for entry in list(folder.iterdir()):
        match = _TEMPORARY.fullmatch(entry.name)
        if match and not _is_running(int(match[1])):
            with contextlib.suppress(OSError):
                if entry.is_dir() and not entry.is_symlink():
                    exchange.recover(entry, folder / match[2])
                else:
                    entry.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _near(path: Path) -> str | None:
    with contextlib.suppress(OSError, ValueError):
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in (".yaml", ".yml")]
        near = difflib.get_close_matches(path.name, names, 1)
        return str(path.parent / near[0]) if near else None
    return None


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _fix_for(error: OSError) -> str:
    fixes = {
        errno.ENOSPC: "free some space",
        **dict.fromkeys(_NO_PLACE, "move it away, or use another folder with --out"),
    }
    fix = fixes.get(error.errno or 0, "check the permissions of the output folder")
    return f"{fix}, then run the command again; existing files are unchanged."
