"""The whole application on one machine: Node.js, FastAPI and a real PostgreSQL with TLS, as ECS would join them."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.services.benchmark import measured
from tests.services.fastapi_service import fastapi, start
from tests.services.load import load
from tests.services.nodejs_service import nodejs
from tests.services.postgres import Login, PostgreSQL
from tests.services.secrets_manager import ARN
from tests.services.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]
CHECKS = yaml.safe_load((ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8"))["checks"]
EX_CONFIG = 78


@pytest.fixture
def stack(environment: dict[str, str], nodejs_home: Path, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """Front end and back end, ready."""
    with fastapi(environment, tmp_path) as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        yield frontend, backend


def at(document: Any, path: str) -> Any:
    """What stands at a path of keys."""
    for key in path.split("."):
        document = document[key]
    return document


@pytest.mark.smoke
def test_the_checks_of_the_reference_spec_pass(stack: tuple[Service, Service]) -> None:
    frontend, _ = stack
    assert [check["get"] for check in CHECKS] == ["/", "/health", "/dashboard", "/api", "/api/status", "/api/db-test"]
    for check in CHECKS:
        answer = frontend.get(check["get"])
        assert answer.status_code == check.get("status", 200), check
        for path, wanted in check.get("json", {}).items():
            assert at(answer.json(), path) == wanted, check


def test_a_request_has_one_id_in_both_logs_and_in_the_row_it_writes(stack: tuple[Service, Service]) -> None:
    frontend, _ = stack
    answer = frontend.post("/api/db-test", **{"x-request-id": "together-1"}).json()
    assert answer["backend_response"]["written"]["request_id"] == "together-1"
    for service in stack:
        service.wait_until(lambda of=service: any(line.get("request_id") == "together-1" for line in of.logs()))  # type: ignore[misc]


def test_a_back_end_that_is_killed_under_load_is_told_and_found_again(
    environment: dict[str, str], nodejs_home: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        backend = stack.enter_context(fastapi(environment, tmp_path))
        frontend = stack.enter_context(nodejs(nodejs_home, backend.url, tmp_path))
        with load(frontend.url, ["/health", "/api/status", "POST /api/db-test"], pause=0.02) as under:
            time.sleep(1)
            backend.process.kill()
            backend.process.wait()
            gone = time.monotonic()
            time.sleep(1)
            stack.enter_context(fastapi(environment, tmp_path, port=backend.port))
            back = time.monotonic()
            time.sleep(2)
    assert all(each.succeeded for each in under.answers if each.ended < gone - 0.5)
    for each in under.answers:
        assert each.error == "", each
        assert each.status in ({200, 502, 504} if each.path == "/api/db-test" else {200}), each
    assert any(each.status != 200 for each in under.answers)
    assert [each for each in under.answers if each.begun > back and each.status != 200] == []


def test_three_hundred_requests_a_second_are_answered(stack: tuple[Service, Service]) -> None:
    """How fast, and with how much memory, is for `python -m tests.services.benchmark` to say."""
    said = Counter(said for _, said in measured(stack[0], rate=300, seconds=10))
    assert set(said) == {"ok"}
    assert said.total() >= 2990


def test_incident_7_nothing_is_green_while_the_database_is_gone(
    postgres: PostgreSQL, stack: tuple[Service, Service]
) -> None:
    frontend, backend = stack
    with postgres.down():
        assert frontend.get("/api/status").json()["backend"]["database_connected"] is False
        assert backend.get("/ready").status_code == 503
        tested = frontend.get("/api/db-test")
        assert (tested.status_code, tested.json()["backend_response"]["status"]) == (503, "error")
        assert frontend.get("/health").status_code == backend.get("/health").status_code == 200, "no task is replaced"
    frontend.wait_until(lambda: frontend.get("/api/db-test").status_code == 200)


def refused(environment: dict[str, str], folder: Path) -> list[str]:
    """The messages of a back end that must not start."""
    output = folder / "refused.log"
    with output.open("wb") as file:
        process = start(environment, file.fileno())
    assert process.wait(30) == EX_CONFIG
    return [json.loads(line)["message"] for line in output.read_text(encoding="utf-8").splitlines()]


def test_incident_5_the_host_is_a_variable_and_not_a_key_that_the_secret_does_not_have(
    environment: dict[str, str], login: Login, tmp_path: Path
) -> None:
    """RDS's own secret has a name and a password, and nothing else; the address comes from the database."""
    graph = json.loads((ROOT / "generated" / "stage3v3" / "main.tf.json").read_text(encoding="utf-8"))
    (written,) = graph["locals"]["containers_fastapi"]
    assert {"name": "DB_HOST", "value": "${tostring(aws_db_instance.main.address)}"} in written["environment"]
    del environment["DB_HOST"]
    messages = refused(environment, tmp_path)
    assert any("DB_HOST" in message and "missing" in message for message in messages)
    assert login.password not in " ".join(messages)


def test_incident_6_an_arn_where_the_value_belongs_is_said_and_never_tried(
    environment: dict[str, str], tmp_path: Path
) -> None:
    messages = refused({**environment, "DB_PASSWORD": ARN}, tmp_path)
    assert any("DB_PASSWORD" in message and "ARN" in message for message in messages)
    assert ARN not in " ".join(messages)
