"""Compose files as `stage3c init` reads them: ports, calls, databases, commands, and a word for all that is left out."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from stage3c.output.compose import of_compose
from stage3c.output.parts import Found, Part

NODE = "FROM node:22\nEXPOSE 3000\nUSER node\n"
PYTHON = "FROM python:3.13\nEXPOSE 8000\n"
CANARY = "hunter2"


def found(services: dict[str, Any], **texts: str) -> Found:
    files = {f"{folder}/Dockerfile": text for folder, text in texts.items()}
    return of_compose(
        {"compose.yaml": yaml.safe_dump({"services": services}, sort_keys=False), **files}, "compose.yaml"
    )


def one(service: dict[str, Any], **others: Any) -> Part:
    return found({"web": {"build": "web", **service}, **others}, web=NODE).parts[0]


def test_a_url_of_another_service_is_a_call_and_gives_it_a_port() -> None:
    web = {"build": "web", "ports": ["80:3000"], "environment": {"API_URL": "http://api:8000"}}
    told = found({"web": web, "api": {"build": "api"}, "worker": {"build": "api"}}, web=NODE, api=PYTHON)
    first, api, worker = told.parts
    assert (first.port, first.published, first.calls) == (3000, True, {"API_URL": "api"})
    assert (api.port, api.published) == (8000, False)
    assert worker.port is None, "EXPOSE alone makes no server of a worker"
    assert told.left_out == ()


@pytest.mark.parametrize(
    ("value", "calls"),
    [
        ("http://api", {"X": "api"}),
        ("https://api:8443/", {"X": "api"}),
        ("${API:-http://api:80}", {"X": "api"}),
        ("http://api.example.com", {}),
        ("http://web:3000", {}),
        ("http://u:p@api", {}),
        ("apis", {}),
    ],
)
def test_only_the_name_of_another_service_is_a_call(value: str, calls: dict[str, str]) -> None:
    assert one({"environment": {"X": value}}, api={"image": "api:1"}).calls == calls


def test_a_host_alone_is_called_by_a_url_beside_it_and_said() -> None:
    told = found({"web": {"build": "web", "environment": ["API_HOST=api"]}, "api": {"build": "api"}}, api=PYTHON)
    assert told.parts[0].calls == {"API_URL": "api"}
    assert told.left_out == ("web: API_HOST is a host; the service gets a URL in API_URL",)


@pytest.mark.parametrize(
    "service",
    [
        {"depends_on": ["db"]},
        {"depends_on": {"db": {"condition": "service_healthy"}}},
        {"environment": {"URL": f"postgres://app:{CANARY}@db:5432/app"}},
        {"environment": {"PGHOST": "db"}},
    ],
)
def test_who_names_the_database_uses_it_and_nobody_else(service: dict[str, Any]) -> None:
    db = {"image": "postgres:16-alpine"}
    told = found({"web": {"build": "web", **service}, "other": {"build": "web"}, "db": db})
    assert [part.uses_database for part in told.parts] == [True, False]
    assert (told.database, told.database_version) == (True, "16")
    assert CANARY not in str(told)


@pytest.mark.parametrize(
    ("image", "version"),
    [("postgres:17.2", "17"), ("postgis/postgis:16-3.4", "16"), ("pgvector/pgvector:pg17", "17"), ("postgres", None)],
)
def test_the_version_of_the_database_is_that_of_its_image(image: str, version: str | None) -> None:
    assert found({"web": {"build": "web"}, "db": {"image": image}}).database_version == version


def test_a_version_past_support_is_not_taken_over() -> None:
    assert found({"web": {"build": "web"}, "db": {"image": "postgres:11"}}).database_version is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("python -m worker", ("python", "-m", "worker")),
        (["sh", "-c", "a && b"], ("sh", "-c", "a && b")),
        ("run $MODE", ()),
        ("run --api-token abc", ()),
        ("run --password=abc", ()),
        ("a 'b", ()),
        (None, ()),
    ],
)
def test_a_command_is_taken_over_as_words(command: object, words: tuple[str, ...]) -> None:
    told = found({"web": {"build": "web", "command": command}})
    assert told.parts[0].command == words
    assert told.left_out == (("web: command is not taken over",) if command and not words else ())


def test_ports_users_platforms_and_health_checks() -> None:
    web = one(
        {
            "ports": [{"target": 80, "published": 8080}],
            "user": "1000:1000",
            "platform": "linux/arm64",
            "healthcheck": {"test": ["CMD", "curl", "-f", "http://localhost:80/up"]},
        }
    )
    assert (web.port, web.user, web.arm, web.health_path) == (80, "1000:1000", True, "/up")
    assert one({"expose": ["9000"]}).port == 9000
    assert one({"ports": ["53:53/udp"]}).port == 3000, "nobody else is a server, so EXPOSE is"


def test_everything_that_is_not_taken_over_is_said_and_no_value_of_it() -> None:
    told = found({
        "web": {"build": "web", "volumes": ["./a:/a"], "env_file": ".env", "environment": {"API_TOKEN": CANARY, "A": "$B"}},
        "cache": {"image": "redis:7"},
        "db": {"image": "postgres"},
    })  # fmt: skip
    assert told.left_out == (
        "cache: redis is not part of a stack; give its address to the services that need it",
        "web: volumes, env_file are not taken over",
        "web: API_TOKEN may hold a secret or an address; add it under secrets, environment or calls",
        "web: A may hold a secret or an address; add it under secrets, environment or calls",
    )
    assert CANARY not in str(told)


def test_an_image_without_a_tag_is_said() -> None:
    told = found({"web": {"build": "web"}, "proxy": {"image": "nginx"}})
    assert told.left_out == ("proxy: its image has no fixed tag; add the service with a tag or digest",)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["build", "image", "ports", "expose", "environment", "command", "depends_on", "user", "healthcheck"]
)


@given(st.dictionaries(st.text(max_size=5), st.dictionaries(KEYS, VALUES)))
def test_no_compose_file_fails(services: dict[str, Any]) -> None:
    assert isinstance(found(services), Found)
