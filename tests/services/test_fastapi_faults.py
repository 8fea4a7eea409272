"""What the FastAPI service does while its world breaks: real processes, a real PostgreSQL, and time limits that are held."""

import json
import select
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from tests.services.fastapi_service import fastapi
from tests.services.load import Answer, load
from tests.services.load_balancer import load_balancer
from tests.services.postgres import Login, PostgreSQL
from tests.services.secrets_manager import SecretsManager
from tests.services.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]

READY_MAX_SECONDS = 2.0
BACK_MAX_SECONDS = 5.0
PATHS = ["/api/status", "POST /api/db-test"]


def asked(service: Service, path: str) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    answer = service.get(path)
    return answer, time.monotonic() - begun


def changed(login: Login, password: str = "an 0ther 'password\\") -> Login:  # noqa: S107 - of a database that lives for seconds
    return Login(login.database, login.username, password)


def readable(connections: list[HTTPConnection]) -> list[object]:
    """Those on which an answer has come."""
    return select.select([connection.sock for connection in connections], [], [], 0)[0]


@contextmanager
def locked(postgres: PostgreSQL, login: Login) -> Iterator[None]:
    """Nobody else can use the table."""
    with postgres.connect(login.database) as connection, connection.transaction():
        connection.execute("LOCK TABLE visits IN ACCESS EXCLUSIVE MODE")
        yield


def assert_told_properly(answers: list[Answer]) -> None:
    """Whatever happened, each was answered in JSON, in time, and by what the service means to say."""
    for each in answers:
        assert each.error == "", each
        assert each.status == (200 if each.path == "/api/status" else 503), each
        assert each.ended - each.begun < 6, each


def test_a_database_that_is_down_at_the_start_is_waited_for(
    environment: dict[str, str], postgres: PostgreSQL, tmp_path: Path
) -> None:
    with postgres.down(), fastapi(environment, tmp_path, ready=False) as service:
        assert service.get("/health").status_code == 200
        answer, seconds = asked(service, "/ready")
        assert (answer.status_code, answer.json()["database_connected"]) == (503, False)
        assert seconds < READY_MAX_SECONDS
        assert service.get("/api/status").json()["database_connected"] is False
        failed = service.get("/api/db-test")
        assert (failed.status_code, failed.json()["status"]) == (503, "error")
        postgres.start()
        assert service.wait_until(service.is_ready, BACK_MAX_SECONDS) < BACK_MAX_SECONDS
        assert service.get("/api/db-test").json()["status"] == "success"


def test_a_database_that_is_killed_under_load_comes_back(
    environment: dict[str, str], postgres: PostgreSQL, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, load(service.url, PATHS) as under:
        service.wait_until(lambda: len(under.answers) > 50)
        killed = time.monotonic()
        with postgres.down():
            time.sleep(2)
            answer, seconds = asked(service, "/ready")
            assert (answer.status_code, answer.json()["database_connected"]) == (503, False)
            assert seconds < READY_MAX_SECONDS
            assert service.get("/health").status_code == 200
        back = time.monotonic()
        time.sleep(BACK_MAX_SECONDS + 1)
    before = [each for each in under.answers if each.ended < killed]
    assert len(before) >= 50
    assert all(each.succeeded for each in before)
    assert_told_properly(under.failures())
    assert any(killed < each.begun < back for each in under.failures())
    assert under.failures(since=back + BACK_MAX_SECONDS) == []


def test_a_password_that_is_rotated_under_load_is_read_again(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, secrets: SecretsManager, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, load(service.url, PATHS) as under:
        time.sleep(1)
        assert secrets.asked == 0
        new = changed(login)
        # As RDS does it: the database first, the secret a moment later. Open connections would go on; they are ended here.
        postgres.set_password(new)
        assert postgres.disconnect(login) >= 1
        ended = time.monotonic()
        time.sleep(0.3)
        secrets.put(new.username, new.password)
        time.sleep(BACK_MAX_SECONDS + 1)
        assert service.is_ready()
        assert 1 <= secrets.asked <= 8, "many are refused, one asks"
        assert login.password not in service.output()
        assert new.password not in service.output()
    failures = under.failures()
    assert [each for each in failures if each.begun > ended] == [], "only those in flight may fail"
    assert len(failures) <= 8
    assert_told_properly(failures)


def test_a_rotated_password_is_found_even_when_the_task_starts_with_the_old_one(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, secrets: SecretsManager, tmp_path: Path
) -> None:
    new = changed(login)
    postgres.set_password(new)
    secrets.put(new.username, new.password)
    with fastapi(environment, tmp_path) as service:
        assert service.get("/api/db-test").json()["status"] == "success"


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("", "AccessDeniedException", "AccessDeniedException"),
        ("not json hunter2", None, "it is not JSON with the keys username and password"),
        ('{"user": "x", "password": "hunter2"}', None, "it is not JSON with the keys username and password"),
        ('{"username": "x", "password": ["hunter2"]}', None, "it is not JSON with the keys username and password"),
    ],
)
def test_a_secret_that_cannot_be_read_is_told_and_tried_again(  # noqa: PLR0913, PLR0917 - fixtures
    environment: dict[str, str], postgres: PostgreSQL, login: Login, secrets: SecretsManager, tmp_path: Path,
    text: str, error: str | None, reason: str,
) -> None:  # fmt: skip
    new = changed(login)
    postgres.set_password(new)
    secrets.text, secrets.error = text, error
    with fastapi(environment, tmp_path, ready=False) as service:
        assert service.get("/ready").status_code == 503
        service.wait_until(lambda: f'"reason": "{reason}"' in service.output(), 5)
        assert "hunter2" not in service.output()
        assert login.password not in service.output()
        secrets.error = None
        secrets.put(new.username, new.password)
        service.wait_until(service.is_ready, BACK_MAX_SECONDS)


def test_a_table_that_is_locked_costs_its_own_requests_only(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service:
        with locked(postgres, login):
            answer, seconds = asked(service, "/api/db-test")
            assert (answer.status_code, answer.json()["reason"]) == (503, "the database took too long")
            assert seconds < 4
            assert service.is_ready()
            assert service.get("/api/status").json()["database_connected"] is True
        assert service.get("/api/db-test").status_code == 200


def test_a_database_that_freezes_under_load_is_given_up_in_time(
    environment: dict[str, str], postgres: PostgreSQL, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, load(service.url, PATHS) as under:
        time.sleep(0.5)
        with postgres.frozen():
            time.sleep(1)
            for _ in range(3):
                answer, seconds = asked(service, "/ready")
                assert (answer.status_code, answer.json()["database_connected"]) == (503, False)
                assert seconds < READY_MAX_SECONDS
                assert asked(service, "/health")[1] < 0.5
        thawed = time.monotonic()
        time.sleep(BACK_MAX_SECONDS + 1)
    assert_told_properly(under.failures())
    assert under.failures(since=thawed + BACK_MAX_SECONDS) == []


def test_a_full_pool_answers_at_once_that_it_is_full(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, ExitStack() as opened:
        address = service.url.removeprefix("http://")
        connections = [opened.enter_context(closing(HTTPConnection(address, timeout=20))) for _ in range(120)]
        for connection in connections:
            connection.connect()
        with locked(postgres, login):
            begun = time.monotonic()
            for connection in connections:
                connection.request("GET", "/api/db-test")
            # Ten have a connection and wait for the table, 64 wait for one of those; the others are told before any of them.
            service.wait_until(lambda: len(readable(connections)) >= 40, 1.8)
            answers = [connection.getresponse() for connection in connections]
            reasons = Counter(json.load(answer)["reason"] for answer in answers)
            assert time.monotonic() - begun < 6
        assert {answer.status for answer in answers} == {503}
        assert reasons["all connections to the database are taken, and too many requests wait for one"] >= 40, reasons
        assert reasons["the database took too long"] >= 10, reasons
        service.wait_until(service.is_ready, 3)
        assert service.get("/api/db-test").status_code == 200


@pytest.mark.parametrize("fresh", [False, True], ids=["kept", "fresh"])
def test_a_deployment_behind_a_load_balancer_loses_no_request(
    environment: dict[str, str], tmp_path: Path, *, fresh: bool
) -> None:
    """ECS deregisters a task and waits for the deregistration delay before it sends SIGTERM."""
    with ExitStack() as stack:
        balancer = stack.enter_context(load_balancer())
        old = stack.enter_context(fastapi(environment, tmp_path))
        balancer.register(old.port)
        with load(balancer.url, PATHS, 12, pause=0, fresh=fresh) as under:
            for _ in range(3):
                under.wait_for(100)
                new = stack.enter_context(fastapi(environment, tmp_path))
                balancer.register(new.port)
                balancer.deregister(old.port)
                assert old.stop() == 0
                assert old.logs()[-1]["message"] == "stopped"
                old = new
            under.wait_for(100)
    assert under.failures() == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_service_that_nobody_asks(
    environment: dict[str, str], tmp_path: Path, end: signal.Signals
) -> None:
    with fastapi(environment, tmp_path) as service:
        service.process.send_signal(end)
        assert service.process.wait(25) == 0
        assert service.logs()[-1]["message"] == "stopped"


def test_sigterm_waits_for_a_request_that_waits_for_the_database(
    environment: dict[str, str], postgres: PostgreSQL, login: Login, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, ThreadPoolExecutor(1) as threads:
        with locked(postgres, login):
            slow = threads.submit(service.post, "/api/db-test")
            service.wait_until(lambda: postgres.count_waiting(login) == 1)
            service.process.terminate()
            service.wait_until_refused()
        assert slow.result().json()["status"] == "success"
        assert service.process.wait(25) == 0


def test_sigterm_ends_a_service_whose_database_is_frozen(
    environment: dict[str, str], postgres: PostgreSQL, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as service, ThreadPoolExecutor(1) as threads, postgres.frozen():
        slow = threads.submit(service.post, "/api/db-test")
        time.sleep(0.2)
        begun = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - begun < 10
        assert slow.result().status_code == 503
