"""The services of a Compose file as containers. Takes no value of a variable that may be a secret; says what it leaves out.

https://docs.docker.com/reference/compose-file/workload-spec/ (2026-11-28)
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec.structs import replace

from stage3c.aws.facts import load
from stage3c.disclosure import is_plain, looks_secret, names_a_secret
from stage3c.language.faults import mended_name
from stage3c.language.model.base import IDENTIFIER, VARIABLE
from stage3c.language.source import plain, read
from stage3c.output.parts import USER, Found, Part, of_folder, port, url_path, usual_port
from stage3c.wording import listed

COMPOSE_FILES: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_DATABASES: Final = ("postgres", "postgis", "timescale", "pgvector")
_OTHERS: Final = (
    "mysql", "mariadb", "mongo", "redis", "valkey", "memcached", "rabbitmq", "kafka", "elasticsearch", "opensearch", "minio",
    "adminer", "pgadmin", "mailhog", "mailpit", "localstack", "traefik",
)  # fmt: skip
_LOST: Final = (
    "volumes", "env_file", "secrets", "configs", "entrypoint", "privileged", "cap_add", "extra_hosts", "network_mode",
    "working_dir", "tmpfs", "deploy", "profiles",
)  # fmt: skip
_IMAGE: Final = re.compile(r"^[a-z0-9][A-Za-z0-9_./:@-]*[:@][A-Za-z0-9_.:-]+$")
_URL: Final = re.compile(r"https?://([A-Za-z0-9_.-]+)(?::\d+)?(/.*)?")
_DEFAULT: Final = re.compile(r"\$\{\w+:?-([^${}]*)\}")
_OF_DATABASE: Final = re.compile(r"(?:DB|DATABASE|POSTGRES|PG)")
_COMMAND_MAX_CHARS: Final = 1000

_Service = Mapping[str, Any]


def of_compose(texts: Mapping[str, str], name: str) -> Found:
    """What one Compose file says; empty where it is none."""
    document, _ = read(texts[name].encode(), name, of_any_tool=True)
    services = plain(document.root).get("services") if document else None
    entries: dict[str, _Service] = (
        {str(key): value for key, value in services.items() if isinstance(value, dict)}
        if isinstance(services, dict)
        else {}
    )
    kinds = {key: _kind(value) for key, value in entries.items()}
    databases = {key for key, kind in kinds.items() if kind == "database"}
    own = {key: value for key, value in entries.items() if kinds[key] == "own"}
    bases = {key: _base(texts, key, value) for key, value in own.items()}
    parts = {key: _of_service(bases[key], key, value, set(own), databases) for key, value in own.items()}
    left_out = [
        f"{key}: {_image_name(value)} is not part of a stack; give its address to the services that need it"
        for key, value in entries.items()
        if kinds[key] == "other"
    ]
    left_out += [line for key, value in own.items() for line in _left_out(key, value, parts[key], databases)]
    named = {part.key: part for part in _with_ports(list(parts.values()), [each.port for each in bases.values()])}
    version = next((found for key in sorted(databases) if (found := _version(entries[key]))), None)
    return Found(tuple(named.values()), bool(databases), version, (name,), tuple(left_out))


def _kind(service: _Service) -> str:
    image = _image_name(service)
    if "build" not in service and image.startswith(_DATABASES):
        return "database"
    return "other" if "build" not in service and image.startswith(_OTHERS) else "own"


def _image_name(service: _Service) -> str:
    return str(service.get("image", "")).rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]


def _version(service: _Service) -> str | None:
    """The major version in the tag of a PostgreSQL image, if RDS still supports it."""
    found, support = re.search(r":(?:pg)?(\d+)", str(service.get("image", ""))), load("engine_support")
    ends = support["standard_support_ends"]["postgres"]
    return found[1] if found and ends.get(found[1], "") > support["read_on"] else None


def _base(texts: Mapping[str, str], key: str, service: _Service) -> Part:
    """What its folder says; its image, if it has no folder."""
    build = service.get("build")
    if build is not None:
        context = build.get("context", ".") if isinstance(build, dict) else build
        return of_folder(texts, str(PurePosixPath(str(context))), key)
    image = str(service.get("image", ""))
    return Part(mended_name(key, IDENTIFIER), image=image if _IMAGE.match(image) else None)


def _of_service(part: Part, key: str, service: _Service, own: set[str], databases: set[str]) -> Part:
    user, given = str(service.get("user", "")), _variables(service)
    return replace(
        part,
        port=_port_told(service),
        published=bool(service.get("ports")),
        user=user if USER.fullmatch(user) else part.user,
        health_path=url_path(str(service.get("healthcheck"))) or part.health_path,
        arm=part.arm or service.get("platform") == "linux/arm64",
        command=_command(service),
        environment={name: value for name, value in given.items() if _is_open(name, value, own | databases)},
        calls=_calls(key, given, own),
        uses_database=_uses(service, given, databases),
    )


def _port_told(service: _Service) -> int | None:
    """The first port that it publishes or exposes."""
    entries = [*_items(service.get("ports")), *_items(service.get("expose"))]
    told = (port(each.get("target") if isinstance(each, dict) else each) for each in entries)
    return next(filter(None, told), None)


def _with_ports(parts: list[Part], exposed: list[int | None]) -> list[Part]:
    """Who is called has a port, too. EXPOSE alone does not tell a server from a worker, unless nothing else tells of one."""
    called = {key for part in parts for key in part.calls.values()}
    is_server = [bool(part.port) or part.key in called for part in parts]
    if not any(is_server):
        is_server = [bool(each) for each in exposed]
    return [
        replace(part, port=part.port or own or usual_port(part)) if serves else part
        for part, own, serves in zip(parts, exposed, is_server, strict=True)
    ]


def _command(service: _Service) -> tuple[str, ...]:
    """The command as words; one that Compose or a shell must fill, or that may hold a secret, is left out."""
    given = service.get("command")
    try:
        words = tuple(map(str, given)) if isinstance(given, list) else tuple(shlex.split(str(given or "")))
    except ValueError:  # a quote that does not end
        return ()
    may_be_secret = any(looks_secret(word) or names_a_secret(word.partition("=")[0].lstrip("-")) for word in words)
    text = " ".join(words)
    return () if may_be_secret or "$" in text or not text.isprintable() or len(text) > _COMMAND_MAX_CHARS else words


def _variables(service: _Service) -> dict[str, str]:
    """All variables that have a value; `${NAME:-value}` has that value."""
    given = service.get("environment")
    pairs: Iterator[tuple[object, object]] = (
        iter(given.items())
        if isinstance(given, dict)
        else (str(each).partition("=")[::2] for each in _items(given) if "=" in str(each))
    )
    found = {
        str(name): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in pairs
        if value is not None and re.match(VARIABLE, str(name))
    }
    return {name: (match[1] if (match := _DEFAULT.fullmatch(value)) else value) for name, value in found.items()}


def _calls(key: str, given: Mapping[str, str], own: set[str]) -> dict[str, str]:
    """Other services by the variable with their URL; a variable with the host alone has one beside it."""
    found = {}
    for name, value in given.items():
        url = _URL.fullmatch(value)
        host = url[1] if url else value
        if host in own - {key}:
            found[name if url else f"{name.removesuffix('_HOST')}_URL"] = mended_name(host, IDENTIFIER)
    return found


def _uses(service: _Service, given: Mapping[str, str], databases: set[str]) -> bool:
    """Whether it waits for a database, or has its name or the usual variables."""
    waits = set(map(str, _items(service.get("depends_on")))) | set(map(str, _items(service.get("links"))))
    hosts = {word for value in given.values() for word in re.split(r"[@:/]", value)}
    return bool(databases) and (not databases.isdisjoint(waits | hosts) or any(map(_OF_DATABASE.match, given)))


def _is_open(name: str, value: str, keys: set[str]) -> bool:
    needs_another = _OF_DATABASE.match(name) or "$" in value or "://" in value or value in keys
    is_secret = names_a_secret(name) or looks_secret(value) or not is_plain(value)
    return bool(value) and not needs_another and not is_secret


def _left_out(key: str, service: _Service, part: Part, databases: set[str]) -> Iterator[str]:
    """What of a service is not in its part, by name."""
    if not part.build and not part.image:
        yield f"{key}: its image has no fixed tag; add the service with a tag or digest"
        return
    lost = [each for each in _LOST if service.get(each)]
    lost += ["command"] if service.get("command") and not part.command else []
    if lost:
        yield f"{key}: {listed(lost)} {'is' if len(lost) == 1 else 'are'} not taken over"
    for name, value in _variables(service).items():
        url = _URL.fullmatch(value)
        if name in part.environment or (name in part.calls and not (url and (url[2] or "/") != "/")):
            continue
        if name in part.calls:
            yield f"{key}: {name} has a path, which calls does not; the service must add it"
        elif value in part.calls.values():
            yield f"{key}: {name} is a host; the service gets a URL in {_variable_of(part, value)}"
        elif databases and (_OF_DATABASE.match(name) or any(f"@{each}" in value for each in databases)):
            yield f"{key}: {name}; the service gets DB_HOST, DB_PORT, DB_NAME, DB_USERNAME and DB_PASSWORD"
        elif value:
            yield f"{key}: {name} may hold a secret or an address; add it under secrets, environment or calls"


def _variable_of(part: Part, key: str) -> str:
    return next(name for name, called in part.calls.items() if called == key)


def _items(given: object) -> list[Any]:
    return given if isinstance(given, list) else list(given) if isinstance(given, dict) else []
