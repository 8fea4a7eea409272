"""How the schema is migrated: what a failure says, who waits for whom, and what is tried again."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psycopg
import pytest
from app import migrations
from app.credentials import Credentials
from app.credentials import Login as Believed
from app.database import Connection
from app.migrations import Migration, MigrationEditedError, MigrationError, Schema
from pydantic import SecretStr

from tests.services import service as processes
from tests.services.fastapi_service import FOLDER, words
from tests.services.postgres import Login, PostgreSQL

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("services")]
Connect = Callable[..., Coroutine[Any, Any, Connection]]
BAD = Migration("0002_bad", b"ALTER TABLE nothing ADD COLUMN a int")
BAD_TEXT = 'migration 0002_bad failed: relation "nothing" does not exist (SQLSTATE 42P01)'


@pytest.fixture
def connect(postgres: PostgreSQL, login: Login) -> Connect:
    async def connected(lock_timeout: str = "2s") -> Connection:
        believed = Believed(SecretStr(login.username), SecretStr(login.password))

        def unused() -> Believed:
            raise AssertionError("the login is right")

        return await Connection.connect(
            host="localhost",
            port=postgres.port,
            dbname=login.database,
            sslrootcert=str(postgres.authority.file),
            sslmode="verify-full",
            autocommit=True,
            options=f"-c lock_timeout={lock_timeout} -c statement_timeout=60s",
            credentials=Credentials(believed, unused),
        )

    return connected


def test_a_failure_names_file_sqlstate_and_message_and_leaves_nothing_behind(connect: Connect) -> None:
    async def run() -> None:
        async with await connect() as connection:
            with pytest.raises(MigrationError) as caught:
                await migrations.migrate(connection, [*migrations.migrations(), BAD])
            assert (str(caught.value), caught.value.name, caught.value.sqlstate) == (BAD_TEXT, "0002_bad", "42P01")
            assert await migrations.pending(connection, migrations.migrations()) == ["0001_visits"]

    asyncio.run(run())


def test_a_second_migration_waits_for_the_first_however_long_it_takes(
    connect: Connect, postgres: PostgreSQL, login: Login
) -> None:
    """The limits of the connection are far shorter here than the first migration, and hold again afterwards."""

    async def run() -> None:
        async with await connect() as first, await connect("50ms") as second:
            async with first.transaction():
                await first.execute("SELECT pg_advisory_xact_lock(%s)", (migrations.LOCK,))
                waiting = asyncio.create_task(migrations.migrate(second, migrations.migrations()))
                while await asyncio.to_thread(postgres.count_waiting, login) == 0:
                    assert not waiting.done(), waiting.exception()
                await asyncio.sleep(0.2)
                assert not waiting.done()
            assert await waiting == ["0001_visits"]
            row = await (await second.execute("SELECT current_setting('lock_timeout')")).fetchone()
            assert row == ("50ms",)

    asyncio.run(run())


def test_the_statements_of_a_migration_keep_their_limits(connect: Connect) -> None:
    async def run() -> None:
        async with await connect("70ms") as connection:
            wait = Migration("0001_wait", b"SELECT 1 / (current_setting('lock_timeout') = '70ms')::int")
            assert await migrations.migrate(connection, [wait]) == ["0001_wait"]

    asyncio.run(run())


def test_an_edited_file_is_an_error_that_is_not_tried_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    schema = Schema()

    async def run() -> None:
        async with await connect() as connection:
            await migrations.migrate(connection, [Migration("0001_a", b"SELECT 1")])
        monkeypatch.setattr(migrations, "migrations", lambda: [Migration("0001_a", b"SELECT 2")])
        await migrations.migrate_when_possible(connect, schema)

    asyncio.run(run())
    assert schema.reason == str(
        MigrationEditedError("0001_a", "was edited after it had been applied; restore it and add a new file")
    )
    assert [record.levelname for record in caplog.records if record.name == "app.migrations"] == ["ERROR"]


def test_a_failure_is_logged_once_and_tried_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    schema = Schema()
    attempts: list[None] = []
    monkeypatch.setattr(migrations, "RETRY_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(migrations, "migrations", lambda: [BAD])

    async def counted() -> Connection:
        attempts.append(None)
        if len(attempts) == 4:
            async with await connect() as connection:
                await connection.execute("CREATE TABLE nothing ()")
        return await connect()

    asyncio.run(migrations.migrate_when_possible(counted, schema))
    assert (len(attempts), schema.is_current) == (4, True)
    failures = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(each.reason, each.sqlstate) for each in failures] == [(BAD_TEXT, "42P01")]  # type: ignore[attr-defined]


def test_a_lost_connection_says_nothing_about_the_file(connect: Connect, postgres: PostgreSQL, login: Login) -> None:
    async def run() -> None:
        async with await connect() as connection:
            slow = asyncio.create_task(migrations.migrate(connection, [Migration("0001_slow", b"SELECT pg_sleep(60)")]))
            text = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND wait_event = 'PgSleep'"
            while not (await asyncio.to_thread(postgres.sql, text, login.username))[0][0]:
                assert not slow.done()
            postgres.disconnect(login)
            with pytest.raises(psycopg.OperationalError):
                await slow

    asyncio.run(run())


def test_service_and_command_say_the_same(environment: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "fastapi"
    shutil.copytree(FOLDER, home)
    (home / "migrations" / "0002_bad.sql").write_bytes(BAD.sql)
    done = subprocess.run(
        [sys.executable, "-m", "app.migrate"], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{BAD_TEXT}\n")
    with processes.running(words(), home, environment, tmp_path) as service:
        line = service.logged(message="the schema cannot be migrated")
        expected = {"level": "ERROR", "migration": "0002_bad", "sqlstate": "42P01", "reason": BAD_TEXT}
        assert line.items() >= expected.items()
        answer = service.get("/ready")
        assert (answer.status_code, answer.json()["reason"], answer.json()["migrated"]) == (503, BAD_TEXT, False)
    assert "password" not in json.dumps(service.logs())
