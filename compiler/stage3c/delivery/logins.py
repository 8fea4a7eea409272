"""Logins to a registry that end with the release: the user's settings of docker, podman or buildah in a private folder.

The login is written there and goes with the folder; other registries, contexts, builders and plugins work as ever.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from stage3c.delivery.private import private_folder

_CONFIG: Final = "config.json"
_AUTH: Final = "auth.json"
_OWN: Final = (_CONFIG, ".made-by-stage3c")


@contextmanager
def private_login(program: str, registry: str, inherited: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The variables with which a program keeps a login to a registry apart, until the end of the block."""
    with private_folder() as folder:
        yield _docker(folder, registry, inherited) if program == "docker" else _others(folder, registry, inherited)


def _docker(folder: Path, registry: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """A folder of settings, in which this registry has no helper: a helper would keep the password, such as in a keychain.

    An empty name in `credHelpers` means the file, whatever `credsStore` says:
    https://github.com/docker/cli/blob/master/cli/config/configfile/file.go (from memory).
    """
    own = _docker_folder(inherited)
    config = _read(own / _CONFIG)
    config["credHelpers"] = {**_mapping(config.get("credHelpers")), registry: ""}
    _write(folder / _CONFIG, config)
    for each in own.iterdir() if own.is_dir() else ():
        if each.name not in _OWN:
            _link(folder / each.name, each)
    return {"DOCKER_CONFIG": str(folder)}


def _others(folder: Path, registry: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """A file of logins, which podman and buildah read alone once a variable names it.

    https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md (from memory).
    """
    auth = _read(next((each for each in _auth_files(inherited) if each.is_file()), Path(os.devnull)))
    helpers = _mapping(auth.get("credHelpers"))
    _write(folder / _AUTH, {**auth, "credHelpers": {name: each for name, each in helpers.items() if name != registry}})
    return {"REGISTRY_AUTH_FILE": str(folder / _AUTH)}


def _docker_folder(inherited: Mapping[str, str]) -> Path:
    named = inherited.get("DOCKER_CONFIG")
    return Path(named).absolute() if named else Path(inherited.get("HOME") or Path.home()) / ".docker"


def _auth_files(inherited: Mapping[str, str]) -> Iterator[Path]:
    """Where they look for logins, in their order."""
    if inherited.get("REGISTRY_AUTH_FILE"):
        yield Path(inherited["REGISTRY_AUTH_FILE"])
        return
    home = Path(inherited.get("HOME") or Path.home())
    if inherited.get("XDG_RUNTIME_DIR"):
        yield Path(inherited["XDG_RUNTIME_DIR"]) / "containers" / _AUTH
    if hasattr(os, "getuid"):
        yield Path(f"/run/containers/{os.getuid()}") / _AUTH
    yield Path(inherited.get("XDG_CONFIG_HOME") or home / ".config") / "containers" / _AUTH
    yield _docker_folder(inherited) / _CONFIG


def _read(path: Path) -> dict[str, Any]:
    """A file of settings; empty if it is missing or is no such file, which the programs take alike."""
    with suppress(OSError, ValueError, RecursionError):
        return _mapping(json.loads(path.read_text(encoding="utf-8")))
    return {}


def _mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - what a user's file holds
    return dict(value) if isinstance(value, dict) else {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content), encoding="utf-8")


def _link(link: Path, target: Path) -> None:
    """A link to a file or folder of the user; a copy where links need rights that the user lacks, as on Windows."""
    try:
        link.symlink_to(target.absolute(), target_is_directory=target.is_dir())
    except OSError:
        copy = shutil.copytree if target.is_dir() else shutil.copy2
        copy(target, link)
