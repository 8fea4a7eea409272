"""The containers of a project, and what the files of one folder say of them. Pure: texts by path."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.language.faults import mended_name
from stage3c.language.model.base import FOLDER, IDENTIFIER

FOLDER_FILES: Final = ("Dockerfile", "package.json", "pyproject.toml", "requirements.txt")
USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:-]{0,63}")
_INSTRUCTION: Final = re.compile(r"^\s*(FROM|EXPOSE|USER|HEALTHCHECK)\s+(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_URL_PATH: Final = re.compile(r"https?://[^/\s\"']+(/[A-Za-z0-9_./-]*)")
_DRIVER: Final = re.compile(r"(?:^|[\"'])\s*(?:psycopg[23]?|psycopg2-binary|asyncpg|pg8000)\b", re.MULTILINE)
_PORT_MAX: Final = 65535
_USUAL_PORTS: Final = {"node": 3000, "python": 8000}


class Part(Struct, frozen=True):
    """One container: where its image comes from, and what was found out about it."""

    key: str
    build: str | None = None
    image: str | None = None
    port: int | None = None
    user: str | None = None
    health_path: str | None = None
    runtime: str | None = None
    """`python` or `node`, which can ask a health check."""
    arm: bool = False
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    """Other parts by the variable that has their URL."""
    published: bool = False
    """Whether its port is open to the outside."""
    uses_database: bool = False


class Found(Struct, frozen=True):
    """The containers of a project, its PostgreSQL, what was read to know that, and what is not taken over."""

    parts: tuple[Part, ...] = ()
    database: bool = False
    database_version: str | None = None
    """Major version, where an image names one."""
    sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What a person has to add, each with the reason; never a value."""


def of_folder(texts: Mapping[str, str], folder: str, name: str) -> Part:
    """What the files of one folder say; the port is that of EXPOSE."""
    inside = {file: texts.get(str(PurePosixPath(folder) / file), "") for file in FOLDER_FILES}
    part = Part(mended_name(name, IDENTIFIER), build=folder if re.match(FOLDER, folder) else ".")
    instructions = [(word.upper(), rest) for word, rest in _INSTRUCTION.findall(inside["Dockerfile"])]
    for word, rest in instructions:
        if word == "FROM":
            part = replace(part, arm="linux/arm64" in rest, runtime=_runtime(rest), user=None)
        elif word == "EXPOSE" and part.port is None:
            part = replace(part, port=port(rest.split()[0]))
        elif word == "USER" and USER.fullmatch(rest):
            part = replace(part, user=rest)
        elif word == "HEALTHCHECK":
            part = replace(part, health_path=url_path(rest))
    is_python = inside["pyproject.toml"] or inside["requirements.txt"]
    runtime = part.runtime or ("node" if inside["package.json"] else "python" if is_python else None)
    return replace(part, runtime=runtime, uses_database=_has_driver(inside), published=True)


def usual_port(part: Part) -> int:
    """The default port of its runtime."""
    return _USUAL_PORTS.get(part.runtime or "", 8080)


def port(text: object) -> int | None:
    """The container's port in `80`, `80/tcp` or `8080:80`."""
    match = re.search(r"(\d{1,5})(?:/tcp)?$", str(text))
    return int(match[1]) if match and 0 < int(match[1]) <= _PORT_MAX else None


def url_path(text: str) -> str | None:
    """The path of the first URL in a text."""
    found = _URL_PATH.search(text)
    return found[1] if found else None


def _runtime(image: str) -> str | None:
    words = [word for word in image.split() if not word.startswith("--")]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    return next((word for word in ("python", "node") if name.startswith(word)), None)


def _has_driver(inside: Mapping[str, str]) -> bool:
    """Whether the dependencies of a folder have a driver of PostgreSQL."""
    dependencies = _json(inside["package.json"]).get("dependencies")
    if isinstance(dependencies, dict) and not dependencies.keys().isdisjoint({"pg", "postgres"}):
        return True
    return any(_DRIVER.search(text) for text in (_toml(inside["pyproject.toml"]), inside["requirements.txt"]))


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _toml(text: str) -> str:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    return text
