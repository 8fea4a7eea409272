"""A PostgreSQL that is what RDS would be: TLS with a name that can be verified, users with rights and no more, replicas."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace
from stage3c.rehearsal.agent.room import has_namespaces
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database import postgres
from stage3c.rehearsal.database.instances import Instance
from stage3c.rehearsal.database.programs import find_programs, packaged_programs
from stage3c.rehearsal.databases import Databases
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import processes

PASSWORD = 'it\'s a "password"'  # noqa: S105 - of a server that lives for this test
PRIMARY = Instance(
    "main",
    "arn:main",
    "postgres",
    "localhost",
    5432,
    "10.1.1.1",
    "shop",
    "master",
    PASSWORD,
    forces_tls=True,
    source="",
)
REPLICA = replace(PRIMARY, identifier="copy", ip="10.1.1.2", password="", source="main")
needs_somebody = pytest.mark.skipif(os.geteuid() == 0 and not has_namespaces(), reason="PostgreSQL refuses to be root")


@pytest.mark.slow
@needs_somebody
@pytest.mark.parametrize("find", [find_programs, packaged_programs], ids=["found", "of PyPI"])
def test_an_instance_and_its_replica(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, find: Callable[[], Path | None]
) -> None:
    monkeypatch.setattr("stage3c.rehearsal.databases.find_programs", find)
    with processes(tmp_path) as running:
        databases, directory, authority = Databases(running), Directory(), Authority(running.work)
        databases.prepare(1)
        notes = databases.start([PRIMARY, REPLICA, replace(PRIMARY, engine="mysql")], directory, authority)
        assert [note.partition(" with ")[0].partition(" PostgreSQL")[0] for note in notes] == [
            "database main: a real",
            "database copy: a streaming replica",
            "database main: mysql is not rehearsed",
        ]

        def ask(ip: str, text: str, **more: str) -> object:
            place = directory.where(ip, 5432)
            assert place is not None
            own = {"user": "master", "password": PASSWORD, "dbname": "shop", "sslmode": "verify-full"}
            own |= {"sslrootcert": str(authority.file), "host": "localhost", "port": str(place.port), **more}
            with psycopg.connect(**own) as connection:  # type: ignore[arg-type] # words as libpq takes them
                row = connection.execute(text.encode()).fetchone()
            return row[0] if row else None

        assert ask("10.1.1.1", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask("10.1.1.1", "SELECT has_schema_privilege('public', 'CREATE')") is True
        assert ask("10.1.1.2", "SELECT pg_is_in_recovery()") is True
        for wrong in ({"sslmode": "disable"}, {"password": "no"}):
            with pytest.raises(psycopg.OperationalError):
                ask("10.1.1.1", "SELECT 1", **wrong)
        server = databases._servers["main"]  # noqa: SLF001 - nothing else needs it
        assert server.sql("SHOW dynamic_shared_memory_type").strip() == "mmap"
        if os.geteuid() == 0:
            assert own_namespace(server) != Path("/proc/self/ns/ipc").readlink()
        new = PASSWORD[::-1]
        quoted = new.replace("'", "''")
        server.sql(f"ALTER ROLE master PASSWORD '{quoted}'")
        assert ask("10.1.1.1", "SELECT 1", password=new) == 1
        databases.end(directory)
        assert directory.owners() == {}
    logs = "".join(path.read_text(errors="replace") for path in tmp_path.glob("*.log"))
    assert PASSWORD not in logs
    assert PASSWORD[::-1] not in logs


def test_a_replica_of_a_database_that_is_not_rehearsed_is_not_rehearsed(tmp_path: Path) -> None:
    with processes(tmp_path) as running:
        found = [replace(PRIMARY, password=""), REPLICA]
        notes = Databases(running).start(found, Directory(), Authority(running.work))
    assert notes == [
        "database main: not rehearsed, since no secret has its password",
        "database copy: not rehearsed, since main is not",
    ]


@needs_somebody
def test_a_program_that_does_not_end_is_a_failure_and_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_COMMAND_MAX_SECONDS", 0.1)
    program = tmp_path / "initdb"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    with processes(tmp_path) as running, pytest.raises(Failed, match="initdb takes longer than"):
        postgres.PostgreSQL(running, tmp_path, "main").prepare()


def own_namespace(server: postgres.PostgreSQL) -> Path:
    """Where its shared memory of System V is, which ends with its processes."""
    process = server._server  # noqa: SLF001 - nothing else needs it
    assert process is not None
    return Path(f"/proc/{process.pid}/ns/ipc").readlink()
