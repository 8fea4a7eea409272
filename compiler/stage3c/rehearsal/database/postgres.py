"""One PostgreSQL server on a free loopback port, with the TLS, user, password and database of an RDS instance.

PostgreSQL refuses to run as root; where this program does, it runs as another user in a user namespace.
"""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from stage3c.rehearsal.agent.room import has_namespaces
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database import tls_proxy
from stage3c.rehearsal.database.instances import Instance
from stage3c.rehearsal.directory import Place
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import Processes, free_port

_ADMIN: Final = "rdsadmin"
_AS_ANOTHER: Final = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--ipc")
_START_MAX_SECONDS: Final = 60
_COMMAND_MAX_SECONDS: Final = 120


class PostgreSQL:
    """A server; `prepare` takes a few seconds and needs nothing of the account, so it can run while Terraform applies."""

    def __init__(self, running: Processes, programs: Path, name: str) -> None:
        """Take the folder of PostgreSQL's programs."""
        if os.geteuid() == 0 and not has_namespaces():
            raise Failed("PostgreSQL refuses to run as root.", "rehearse as another user.")
        self._running = running
        self._programs = programs
        self._folder = running.work / f"database-{name}"
        self._data = self._folder / "data"
        self._log = f"database-{name}.log"
        self._admin = secrets.token_hex(16)
        self._inner = 0
        self._server: subprocess.Popen[str] | None = None
        self._proxy: subprocess.Popen[str] | None = None

    @property
    def version(self) -> str:
        """Its version, such as `15.18`."""
        return self._run("postgres", "--version").partition("(PostgreSQL) ")[2].split()[0]

    def prepare(self) -> None:
        """Make the folder of the data."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        password = self._folder / "admin"
        password.write_text(self._admin, encoding="utf-8")
        words = ["-D", str(self._data), "-U", _ADMIN, "--auth=scram-sha-256", f"--pwfile={password}"]
        self._run("initdb", *words, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")

    def copy(self, primary: "PostgreSQL") -> None:
        """Make the folder of the data as a copy that follows a primary."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._admin = primary._admin  # noqa: SLF001 - its own kind
        place = f"host=127.0.0.1 port={primary._inner} user={_ADMIN}"  # noqa: SLF001 - likewise
        self._run("pg_basebackup", "-d", place, "-D", str(self._data), "-R", "--checkpoint=fast", "--no-sync")

    def start(self, instance: Instance, authority: Authority) -> Place:
        """Start it as an instance, wait until it answers, and tell where it listens."""
        certificate, key = authority.issue([instance.host], self._folder)
        has_tls = "OpenSSL" in self._run("postgres", "-C", "ssl_library", "-D", str(self._data))
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        settings["dynamic_shared_memory_type"] = "mmap"  # in its folder: /dev/shm would keep it if the server is killed
        settings["log_min_error_statement"] = "panic"  # statements can contain passwords
        if has_tls:
            settings |= {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)}
        (self._data / "pg_hba.conf").write_text(_rules(forces_tls=instance.forces_tls and has_tls), encoding="utf-8")
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._inner = free_port()
        self._server = self._start("postgres", "-D", str(self._data), "-p", str(self._inner), *options)
        self._wait()
        if not instance.source:
            self._create(instance)
        return Place("127.0.0.1", self._inner if has_tls else self._behind_proxy(certificate, key))

    def sql(self, text: str) -> str:
        """Run statements as administrator; they are given on standard input, so that no list of processes shows them."""
        place = f"host=127.0.0.1 port={self._inner} user={_ADMIN} dbname=postgres"
        return self._run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", place, given=text)

    def change_password(self, user: str, password: str) -> None:
        """Give a user another password; sessions that are open stay open, as in RDS."""
        self.sql(f"ALTER ROLE {_name(user)} PASSWORD {_text(password)};")

    def end_sessions(self, user: str) -> None:
        """End every session of a user, so that it has to log in again."""
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = {_text(user)};")  # noqa: S608 - quoted

    def end(self) -> None:
        """Stop it."""
        for process in (self._proxy, self._server):
            if process is not None:
                self._running.stop(process)
        self._proxy = self._server = None

    def _create(self, instance: Instance) -> None:
        """The master user has the rights that RDS gives it, not those of a superuser."""
        user = _name(instance.username)
        self.sql(f"CREATE ROLE {user} LOGIN CREATEDB CREATEROLE PASSWORD {_text(instance.password)};")
        if instance.database and instance.database != "postgres":
            self.sql(f"CREATE DATABASE {_name(instance.database)} OWNER {user};")

    def _behind_proxy(self, certificate: Path, key: Path) -> int:
        """PyPI's PostgreSQL speaks no TLS; a process in front of it does."""
        port = free_port()
        words = ["127.0.0.1", str(port), str(self._inner), str(certificate), str(key)]
        command = [sys.executable, tls_proxy.__file__, *words]
        pipe = subprocess.PIPE
        self._proxy = self._running.start(command, self._folder, _environment(), self._log, stdout=pipe)
        assert self._proxy.stdout is not None
        if not self._proxy.stdout.readline():
            raise Failed("TLS for PostgreSQL does not start.", f"see {self._running.logs / self._log}.")
        return port

    def _wait(self) -> None:
        end = time.monotonic() + _START_MAX_SECONDS
        while True:
            try:
                self.sql("SELECT 1;")
            except Failed:
                assert self._server is not None
                if self._server.poll() is not None or time.monotonic() > end:
                    raise Failed("PostgreSQL does not start.", f"see {self._running.logs / self._log}.") from None
                time.sleep(0.1)
            else:
                return

    def _start(self, program: str, *words: str, **streams: int) -> "subprocess.Popen[str]":
        prefix = _AS_ANOTHER if os.geteuid() == 0 else ()
        command = [*prefix, str(self._programs / program), *words]
        return self._running.start(command, self._folder, self._own(), self._log, **streams)

    def _run(self, program: str, *words: str, given: str = "") -> str:
        pipe = subprocess.PIPE
        process = self._start(program, *words, stdin=pipe, stdout=pipe)
        try:
            said, _ = process.communicate(given, timeout=_COMMAND_MAX_SECONDS)
        except subprocess.TimeoutExpired:
            cause = f"PostgreSQL's {program} takes longer than {_COMMAND_MAX_SECONDS} seconds."
            raise Failed(cause, f"see {self._running.logs / self._log}.") from None
        finally:
            self._running.finished(process)
        if process.returncode:
            raise Failed(f"PostgreSQL's {program} fails.", f"see {self._running.logs / self._log}.")
        return said

    def _own(self) -> dict[str, str]:
        return {**_environment(), "PGPASSWORD": self._admin, "PGCONNECT_TIMEOUT": "5"}


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PGTZ": "UTC"}


def _rules(*, forces_tls: bool) -> str:
    """The rules of pg_hba.conf: everyone needs a password, and all but the administrator TLS if it is forced."""
    own = [f"host {what} {_ADMIN} 127.0.0.1/32 scram-sha-256" for what in ("all", "replication")]
    return "".join(f"{each}\n" for each in [*own, f"{'hostssl' if forces_tls else 'host'} all all all scram-sha-256"])


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
