"""What the FastAPI service answers, on a real PostgreSQL."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database.programs import packaged_programs

from tests.services.fastapi_service import fastapi, start
from tests.services.postgres import Login, PostgreSQL, replica_of
from tests.services.postgres import postgres as start_postgres
from tests.services.service import Service, read_only_root

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]


def migrate(environment: dict[str, str], folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and output of the migration command."""
    with (folder / "output").open("w+b") as file:
        process = start(environment, file.fileno(), "app.migrate", *options)
        return process.wait(30), (folder / "output").read_text()


@pytest.fixture
def service(environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    with fastapi(environment, tmp_path) as started:
        yield started


def test_every_endpoint_answers_as_promised(service: Service) -> None:
    assert service.get("/health").json() == {"status": "ok"}
    connected = {"database_connected": True, "database_writable": True, "migrated": True}
    assert service.get("/ready").json() == {"status": "ready", **connected}
    status = service.get("/api/status").json()
    assert status.items() >= {"service": "fastapi", "build": "local", **connected}.items()
    assert not {"replica_connected", "reason"} & set(status)
    first, second = (service.post("/api/db-test", **{"x-request-id": f"test-{n}"}).json() for n in (1, 2))
    assert second["status"] == "success"
    assert second["written"]["id"] > first["written"]["id"]
    assert second["written"]["request_id"] == "test-2"
    assert (first["read"], second["read"], second["read_from"]) == (1, 2, "primary")
    assert set(service.get("/openapi.json").json()["paths"]) == {"/health", "/ready", "/api/status", "/api/db-test"}


@pytest.mark.parametrize("identity", ["", "has space", "x" * 129, "semi;colon", "tab\ttab"])
def test_a_malformed_request_id_is_replaced(service: Service, identity: str) -> None:
    assert re.fullmatch(r"[0-9a-f-]{36}", service.get("/health", **{"x-request-id": identity}).headers["x-request-id"])


def test_errors_are_json_with_the_request_id(service: Service) -> None:
    missing = service.get("/nothing", **{"x-request-id": "a.b-C_1"})
    assert missing.status_code == 404
    assert missing.json() == {"error": {"code": 404, "message": "Not Found"}, "request_id": "a.b-C_1"}
    assert missing.headers["x-request-id"] == "a.b-C_1"
    refused = httpx.post(f"{service.url}/ready", trust_env=False)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_the_log_has_a_line_for_each_request_and_no_query(service: Service) -> None:
    service.get("/api/status?token=hidden-in-the-query", **{"x-request-id": "one"})
    # It is written after the answer.
    service.wait_until(lambda: any(line.get("request_id") == "one" for line in service.logs()))
    line = next(line for line in service.logs() if line.get("request_id") == "one")
    assert line.items() >= {"level": "INFO", "message": "request", "method": "GET", "path": "/api/status"}.items()
    assert line["status"] == 200
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert "hidden-in-the-query" not in service.output()


def test_nothing_secret_is_ever_written(service: Service, login: Login, postgres: PostgreSQL) -> None:
    with postgres.down():
        service.post("/api/db-test")
    service.wait_until(service.is_ready)
    written = service.output()
    assert "no connection to the primary database" in written
    assert login.password not in written
    assert json.dumps(login.password)[1:-1] not in written


def test_the_table_stays_small(service: Service, login: Login, postgres: PostgreSQL) -> None:
    text = "INSERT INTO visits (request_id) SELECT 'old' FROM generate_series(1, 1005)"
    postgres.sql(text, database=login.database)
    service.post("/api/db-test")
    assert service.post("/api/db-test").json()["read"] == 1000


def test_the_api_keeps_to_its_own_description(environment: dict[str, str], tmp_path: Path) -> None:
    with fastapi({**environment, "LOG_LEVEL": "DEBUG"}, tmp_path) as service:
        keeps_to_its_own_description(service)


def keeps_to_its_own_description(service: Service) -> None:
    before = len(service.logs())
    done = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "run", f"{service.url}/openapi.json", "--checks=all",
         "--max-examples=30", "--no-color", "--request-timeout=10"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    asked = [line["status"] for line in service.logs()[before:] if "status" in line]
    assert len(asked) > 30
    assert max(asked) < 500


def test_reads_go_to_the_replica_and_to_the_primary_when_it_is_lost(
    environment: dict[str, str], login: Login, postgres: PostgreSQL, tmp_path: Path
) -> None:
    with replica_of(postgres) as replica, fastapi({**environment, "DB_REPLICA_HOST": "127.0.0.2"}, tmp_path) as service:
        service.post("/api/db-test")
        # A busy machine may be late once, and the replica is found again a moment later.
        service.wait_until(
            lambda: service.get("/api/db-test").json().items() >= {"read": 1, "read_from": "replica"}.items()
        )
        service.wait_until(lambda: service.get("/api/status").json()["replica_connected"] is True)
        replica.stop()
        answer = service.post("/api/db-test").json()
        assert (answer["status"], answer["read_from"]) == ("success", "primary")
        assert service.get("/api/status").json()["replica_connected"] is False
        assert service.is_ready()
    assert postgres.sql("SELECT count(*) FROM visits", database=login.database)[0][0] >= 2


def test_it_works_where_nothing_can_be_written(environment: dict[str, str], tmp_path: Path) -> None:
    """As in its task: the root file system is read-only, and no other is there."""
    with fastapi(environment, tmp_path, inside=read_only_root(tmp_path)) as service:
        assert service.get("/api/db-test").json()["status"] == "success"
        assert service.stop() == 0


def test_many_tasks_that_start_at_once_migrate_once(
    environment: dict[str, str], login: Login, postgres: PostgreSQL, tmp_path: Path
) -> None:
    def run() -> None:
        with fastapi(environment, tmp_path) as service:
            outputs.append(service.output())

    outputs: list[str] = []
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum('"migrations": ["0001_visits"]' in output for output in outputs) == 1
    assert len(outputs) == 3
    assert postgres.sql("SELECT name FROM schema_migrations", database=login.database) == [("0001_visits",)]


def test_the_migration_command_applies_once_and_refuses_an_edited_file(
    environment: dict[str, str], login: Login, postgres: PostgreSQL, tmp_path: Path
) -> None:
    def run(*options: str) -> tuple[int, str]:
        return migrate(environment, tmp_path, *options)

    assert run("--status") == (0, "pending 0001_visits\n")
    assert run("--dry-run") == (0, "would apply 0001_visits\n")
    assert run("--status") == (0, "pending 0001_visits\n"), "a dry run changes nothing"
    assert run() == (0, "applied 0001_visits\n")
    assert run() == (0, "nothing to apply\n")
    assert run("--dry-run") == (0, "nothing to apply\n")
    assert run("--status") == (0, "applied 0001_visits\n")
    postgres.sql("UPDATE schema_migrations SET checksum = 'other'", database=login.database)
    edited = "migration 0001_visits was edited after it had been applied; restore it and add a new file\n"
    assert run() == run("--dry-run") == run("--status") == (1, edited)


@pytest.mark.parametrize("change", [{"DB_HOST": "127.0.0.3"}, {"DB_SSLROOTCERT": "another"}], ids=["host", "authority"])
def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    environment: dict[str, str], change: dict[str, str], tmp_path: Path
) -> None:
    if "DB_SSLROOTCERT" in change:
        change = {"DB_SSLROOTCERT": str(Authority(tmp_path).file)}
    with fastapi({**environment, **change}, tmp_path, ready=False) as service:
        assert service.get("/ready").status_code == 503
        assert service.get("/api/status").json()["database_connected"] is False
        assert "certificate" in service.output(), service.output()


def test_the_packaged_server_serves_as_well_as_the_machines_own(tmp_path: Path) -> None:
    from tests.services.fastapi_service import given
    from tests.services.secrets_manager import secrets_manager

    with start_postgres(packaged_programs()) as server, secrets_manager() as stub:
        made = server.new_login()
        with fastapi(given(server, made, stub), tmp_path) as service:
            assert service.get("/api/db-test").json()["status"] == "success"
