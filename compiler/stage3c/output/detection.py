"""What a project folder says of itself: Dockerfiles, package.json, pyproject.toml and a Compose file. Pure: texts by path.

Takes no value of an environment variable that may be a secret, and no service that is a database of its own.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.disclosure import is_plain, looks_secret, names_a_secret
from stage3c.language.faults import mended_name
from stage3c.language.model.base import FOLDER, IDENTIFIER, VARIABLE
from stage3c.language.source import plain, read

COMPOSE_FILES: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
FILES: Final = ("Dockerfile", "package.json", "pyproject.toml", *COMPOSE_FILES)
_DATABASES: Final = ("postgres", "postgis", "timescale")
_OTHERS: Final = (
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "memcached",
    "rabbitmq",
    "adminer",
    "pgadmin",
    "mailhog",
    "localstack",
)
_INSTRUCTION: Final = re.compile(r"^\s*(FROM|EXPOSE|USER|HEALTHCHECK)\s+(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_URL_PATH: Final = re.compile(r"https?://[^/\s\"']+(/[A-Za-z0-9_./-]*)")
_IMAGE: Final = re.compile(r"^[a-z0-9][A-Za-z0-9_./:@-]*[:@][A-Za-z0-9_.:-]+$")
_PORT_MAX: Final = 65535


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
    environment: Mapping[str, str] = field(default_factory=dict)


class Found(Struct, frozen=True):
    """The containers of a project, whether it has a PostgreSQL, and what was read to know that."""

    parts: tuple[Part, ...] = ()
    database: bool = False
    sources: tuple[str, ...] = ()


def detect(texts: Mapping[str, str]) -> Found:
    """Look at the files of a project by their path in it; a Compose file names the services, else each Dockerfile is one."""
    compose = next((name for name in COMPOSE_FILES if name in texts), None)
    if compose and (found := _of_compose(texts, compose)).parts:
        return found
    folders = sorted(str(PurePosixPath(path).parent) for path in texts if PurePosixPath(path).name == "Dockerfile")
    parts = [_of_folder(texts, folder, "web" if folder == "." else PurePosixPath(folder).name) for folder in folders]
    if not parts and any(name in texts for name in ("package.json", "pyproject.toml")):
        parts = [_of_folder(texts, ".", "web")]
    read_from = [path for path in texts if PurePosixPath(path).name not in COMPOSE_FILES]
    named = {part.key: part for part in parts}
    return Found(tuple(named.values()), _mentions_postgres(texts), tuple(sorted(read_from)))


def _of_folder(texts: Mapping[str, str], folder: str, name: str) -> Part:
    """What the files of one folder say."""
    inside = {name: texts.get(str(PurePosixPath(folder) / name), "") for name in FILES}
    part = Part(mended_name(name, IDENTIFIER), build=folder if re.match(FOLDER, folder) else ".")
    instructions = [(word.upper(), rest) for word, rest in _INSTRUCTION.findall(inside["Dockerfile"])]
    for word, rest in instructions:
        if word == "FROM":
            part = replace(part, arm="linux/arm64" in rest, runtime=_runtime(rest), user=None)
        elif word == "EXPOSE" and part.port is None:
            part = replace(part, port=_port(rest.split()[0]))
        elif word == "USER" and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_:-]{0,63}", rest):
            part = replace(part, user=rest)
        elif word == "HEALTHCHECK" and (url := _URL_PATH.search(rest)):
            part = replace(part, health_path=url[1])
    runtime = part.runtime or ("node" if inside["package.json"] else "python" if inside["pyproject.toml"] else None)
    return replace(part, runtime=runtime, port=part.port or _usual_port(runtime))


def _runtime(image: str) -> str | None:
    words = [word for word in image.split() if not word.startswith("--")]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    return next((word for word in ("python", "node") if name.startswith(word)), None)


def _usual_port(runtime: str | None) -> int:
    return {"node": 3000, "python": 8000}.get(runtime or "", 8080)


def _port(text: object) -> int | None:
    match = re.search(r"(\d{1,5})(?:/tcp)?$", str(text))
    return int(match[1]) if match and 0 < int(match[1]) <= _PORT_MAX else None


def _of_compose(texts: Mapping[str, str], name: str) -> Found:
    document, _ = read(texts[name].encode(), name, of_any_tool=True)
    services = plain(document.root).get("services") if document else None
    entries = (
        {key: value for key, value in services.items() if isinstance(value, dict)} if isinstance(services, dict) else {}
    )
    kinds = {key: _kind(value) for key, value in entries.items()}
    parts = [_of_service(texts, key, value) for key, value in entries.items() if kinds[key] == "own"]
    named = {part.key: part for part in parts}
    return Found(tuple(named.values()), "database" in kinds.values(), (name,))


def _kind(service: Mapping[str, Any]) -> str:
    image = str(service.get("image", "")).rsplit("/", 1)[-1].partition(":")[0]
    if "build" not in service and image.startswith(_DATABASES):
        return "database"
    return "other" if "build" not in service and image.startswith(_OTHERS) else "own"


def _of_service(texts: Mapping[str, str], key: str, service: Mapping[str, Any]) -> Part:
    build = service.get("build")
    context = build.get("context", ".") if isinstance(build, dict) else build
    folder = str(PurePosixPath(str(context))) if context is not None else None
    base = _of_folder(texts, folder, key) if folder is not None else Part(mended_name(key, IDENTIFIER), runtime=None)
    image = str(service.get("image", ""))
    ports = service.get("ports")
    first = ports[0] if isinstance(ports, list) and ports else None
    port = _port(first.get("target") if isinstance(first, dict) else first) if first is not None else base.port
    own = base if folder is not None else replace(base, image=image if _IMAGE.match(image) else None)
    return replace(own, port=port, environment=_variables(service.get("environment")))


def _variables(given: object) -> dict[str, str]:
    """The plain variables; what may be a secret, or needs Compose to be filled, is left out."""
    pairs = (
        given.items()
        if isinstance(given, dict)
        else ((str(each).partition("=")[0], str(each).partition("=")[2]) for each in given if "=" in str(each))
        if isinstance(given, list)
        else ()
    )
    found = {
        str(name): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in pairs
        if value is not None
    }
    return {name: value for name, value in found.items() if re.match(VARIABLE, name) and _is_open(name, value)}


def _is_open(name: str, value: str) -> bool:
    hints_at_host = re.match(r"(?:DB|DATABASE|POSTGRES|PG)", name) or "$" in value or "://" in value
    return (
        not names_a_secret(name)
        and not looks_secret(value)
        and is_plain(value)
        and not hints_at_host
        and len(value) > 0
    )


def _mentions_postgres(texts: Mapping[str, str]) -> bool:
    """Whether the dependencies of a project have a driver of PostgreSQL."""
    for path, text in texts.items():
        if PurePosixPath(path).name == "package.json" and _has_driver(
            _json(text).get("dependencies"), ("pg", "postgres")
        ):
            return True
        if PurePosixPath(path).name == "pyproject.toml" and re.search(
            r"[\"'](?:psycopg2?|asyncpg|psycopg2-binary)\b", _toml(text)
        ):
            return True
    return False


def _has_driver(dependencies: object, drivers: tuple[str, ...]) -> bool:
    return isinstance(dependencies, dict) and any(name in dependencies for name in drivers)


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
