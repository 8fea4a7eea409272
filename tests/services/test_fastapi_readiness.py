"""When the FastAPI service says that it is ready: it has a connection of its own, and looks at what its endpoints need."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from app.protocol import HEADERS_MAX_BYTES
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.services.fastapi_service import fastapi
from tests.services.load import load
from tests.services.postgres import Login, PostgreSQL, replica_of
from tests.services.secrets_manager import SecretsManager
from tests.services.service import Service, exchange

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]
LONG = b"a" * (HEADERS_MAX_BYTES + 1)
REFUSED = "the database refuses the login, and the secret has no newer one"


@pytest.fixture
def service(environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    with fastapi({**environment, "LOG_LEVEL": "DEBUG"}, tmp_path) as started:
        yield started


def not_ready(service: Service) -> str:
    """The reason; waits until there is one."""
    service.wait_until(lambda: not service.is_ready())
    answer = service.get("/ready")
    assert answer.status_code == 503
    return str(answer.json()["reason"])


def test_a_full_pool_and_slow_queries_leave_a_task_ready(service: Service, postgres: PostgreSQL, login: Login) -> None:
    """A hundred requests a second, of which each takes half a second: ten can run, and most wait or are refused."""
    postgres.sql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';"
        "CREATE TRIGGER slow BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION slow()",
        database=login.database,
    )
    polled: list[tuple[int, bool]] = []
    with load(service.url, ["POST /api/db-test"], threads=100, pause=0.7) as under:
        while len(polled) < 30 or not any(each.status == 503 for each in list(under.answers)):
            answer = service.get("/ready")
            polled.append((answer.status_code, answer.json()["database_connected"]))
            assert service.get("/api/status").json()["database_connected"] is True
    assert any(each.status == 200 for each in under.answers)
    assert set(polled) == {(200, True)}


@pytest.mark.parametrize(
    ("break_it", "mend_it", "reason"),
    [
        ("ALTER TABLE visits RENAME TO hidden", "ALTER TABLE hidden RENAME TO visits", "table visits is missing"),
        (
            "REVOKE INSERT ON visits FROM {user}",
            "GRANT INSERT ON visits TO {user}",
            "the database user lacks a privilege on table visits",
        ),
    ],
    ids=["dropped", "revoked"],
)
def test_a_schema_that_the_endpoints_cannot_use_makes_a_task_unready(
    service: Service, postgres: PostgreSQL, login: Login, break_it: str, mend_it: str, reason: str
) -> None:
    postgres.sql(break_it.format(user=login.username), database=login.database)
    assert not_ready(service) == reason
    assert service.get("/ready").json()["database_connected"] is True
    assert service.get("/api/status").json()["reason"] == reason
    assert service.logged(path="/ready", status=503, reason=reason)["level"] == "WARN"
    postgres.sql(mend_it.format(user=login.username), database=login.database)
    service.wait_until(service.is_ready)


def test_a_read_only_database_is_reported_and_every_connection_recovers(
    service: Service, postgres: PostgreSQL, login: Login
) -> None:
    postgres.sql(f'ALTER DATABASE "{login.database}" SET default_transaction_read_only = on')
    postgres.disconnect(login)
    service.wait_until(lambda: service.get("/ready").json()["database_writable"] is False)
    assert service.get("/ready").json().items() >= {"status": "ready", "reason": "the database is read-only"}.items()
    with load(service.url, ["POST /api/db-test", "/api/db-test"], threads=12) as under:
        under.wait_for(60)
    reasons = {each.body.get("reason") for each in under.answers}
    assert reasons - {"no connection to the database in time"} == {None, "the database is read-only"}, "reads go on"
    postgres.sql(f'ALTER DATABASE "{login.database}" RESET default_transaction_read_only')
    service.wait_until(lambda: service.get("/ready").json()["database_writable"])
    with load(service.url, ["POST /api/db-test"], threads=12) as under:
        under.wait_for(60)
    assert under.failures() == []


def test_a_password_that_no_longer_works_is_noticed_although_connections_are_open(
    service: Service, postgres: PostgreSQL, login: Login, secrets: SecretsManager
) -> None:
    new = Login(login.database, login.username, "another")
    postgres.set_password(new)
    assert not_ready(service) == REFUSED
    assert service.get("/health").status_code == 200
    secrets.put(new.username, new.password)
    service.wait_until(service.is_ready)


def test_a_lost_replica_is_waited_for_once_and_found_again(
    environment: dict[str, str], postgres: PostgreSQL, tmp_path: Path
) -> None:
    with replica_of(postgres) as replica, fastapi({**environment, "DB_REPLICA_HOST": "127.0.0.2"}, tmp_path) as service:

        def read_from() -> str:
            answer = service.get("/api/db-test")
            assert answer.status_code == 200
            return str(answer.json()["read_from"])

        service.wait_until(lambda: read_from() == "replica")
        before = len(service.logs())
        with replica.frozen():
            assert [read_from() for _ in range(20)] == ["primary"] * 20
            assert service.get("/api/status").json()["replica_connected"] is False
            service.wait_until(lambda: len([line for line in service.logs()[before:] if line.get("path")]) >= 21)
        durations = [line["duration_ms"] for line in service.logs()[before:] if line.get("path") == "/api/db-test"]
        assert sum(each > 500 for each in durations) <= 2, durations
        service.wait_until(lambda: read_from() == "replica")
        messages = [line["message"] for line in service.logs()[before:]]
        assert messages.count("reads go to the primary until the replica answers") == 1
        assert messages.count("reads go to the replica again") == 1


def test_a_request_is_logged_with_who_asked(service: Service) -> None:
    trace = "Root=1-67891233-abcdef012345678912345678"
    service.get(
        "/api/status",
        **{
            "x-amzn-trace-id": trace,
            "x-forwarded-for": "203.0.113.9, 198.51.100.7",
            "user-agent": "curl/8" + "x" * 500,
        },
    )
    line = service.logged(path="/api/status")
    assert (line["level"], line["client"], line["trace_id"]) == ("INFO", "198.51.100.7", trace)
    assert line["user_agent"].startswith("curl/8x")
    assert len(line["user_agent"]) == 200
    service.get("/health", **{"x-amzn-trace-id": 'no "trace"', "x-forwarded-for": "nobody"})
    line = service.logged(
        path="/health", client="127.0.0.1", user_agent=service.get("/health").request.headers["user-agent"]
    )
    assert line["level"] == "DEBUG"
    assert "trace_id" not in line


def test_health_checks_that_pass_are_not_logged_at_info(environment: dict[str, str], tmp_path: Path) -> None:
    with fastapi({**environment, "LOG_LEVEL": "info"}, tmp_path) as service:
        service.get("/health")
        service.get("/ready")
        service.get("/api/status")
        service.logged(path="/api/status")
        assert not {"/health", "/ready"} & {line.get("path") for line in service.logs() if line.get("status") == 200}


@pytest.mark.parametrize(
    ("pieces", "status", "message"),
    [
        ([b"\x16\x03\x01 is TLS\r\n\r\n"], 400, "the request is not valid HTTP"),
        ([b"GET / HTTP/1.1\r\nbad header\r\n\r\n"], 400, "the request is not valid HTTP"),
        ([b"GET /health HTTP/1.1\r\nx: " + LONG + b"\r\n\r\n"], 431, "the headers of the request are too large"),
        ([b"GET /health HTTP/1.1\r\nx: ", LONG], 431, "the headers of the request are too large"),
        ([b"GET /" + LONG], 431, "the headers of the request are too large"),
    ],
    ids=["tls", "malformed", "large", "endless", "long address"],
)  # fmt: skip
def test_what_cannot_be_parsed_is_refused_in_json_with_an_id_and_a_line(
    service: Service, pieces: list[bytes], status: int, message: str
) -> None:
    code, headers, body = exchange(service, *pieces)
    assert code == status
    assert (headers["content-type"], headers["connection"]) == ("application/json", "close")
    assert json.loads(body) == {"error": {"code": status, "message": message}, "request_id": headers["x-request-id"]}
    line = service.logged(status=status, request_id=headers["x-request-id"])
    assert (line["message"], line["reason"], line["client"]) == ("request", message, "127.0.0.1")


def test_large_bodies_and_pipelined_requests_are_not_taken_for_headers(service: Service) -> None:
    body = b"b" * (4 * HEADERS_MAX_BYTES)
    one = b"POST /api/db-test HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body)
    last = b"GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    _, _, received = exchange(service, one, body, one, body, last)
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.endswith(b'{"status":"ok"}')


def test_uvicorns_protocol_has_the_methods_that_ours_overrides() -> None:
    for name in (
        "data_received",
        "on_message_begin",
        "on_url",
        "on_header",
        "on_headers_complete",
        "on_message_complete",
    ):
        assert callable(getattr(HttpToolsProtocol, name))
    assert callable(HttpToolsProtocol.send_400_response)


def test_the_build_is_that_of_the_image(environment: dict[str, str], tmp_path: Path) -> None:
    from tests.services.stub_backend import Handler, stub_backend

    def metadata(handler: Handler) -> None:
        handler.reply(200, b'{"Image": "1.dkr.ecr.us-east-1.amazonaws.com/fastapi:v42", "ImageID": "sha256:00"}')

    with stub_backend() as ecs:
        ecs.behaviour = metadata
        with fastapi({**environment, "ECS_CONTAINER_METADATA_URI_V4": f"{ecs.url}/v4/1"}, tmp_path) as service:
            assert service.get("/api/status").json()["build"] == "v42"


def test_get_reads_and_post_writes(service: Service) -> None:
    rows = service.get("/api/db-test").json()["read"]
    assert service.get("/api/db-test").json() == {"status": "success", "read": rows, "read_from": "primary"}
    assert service.post("/api/db-test").json()["read"] == rows + 1
    assert service.get("/api/db-test").json()["read"] == rows + 1


def test_a_place_where_it_cannot_listen_is_logged_in_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    from tests.services.fastapi_service import start

    with socket.create_server(("127.0.0.1", 0)) as taken, (tmp_path / "output").open("w+b") as file:
        more = {"HOST": "127.0.0.1", "PORT": str(taken.getsockname()[1])}
        code = start({**environment, **more}, file.fileno()).wait(30)
    (line,) = [json.loads(each) for each in (tmp_path / "output").read_text().splitlines()]
    assert (code, line["level"]) == (1, "ERROR")
    assert line["message"].startswith("cannot listen")
