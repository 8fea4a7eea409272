"""The databases of a rehearsal: a PostgreSQL for each instance of the emulated account, found at the instance's address."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from stage3c.rehearsal.agent.agent import Host
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.database.instances import Instance
from stage3c.rehearsal.database.postgres import PostgreSQL
from stage3c.rehearsal.database.programs import find_programs
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import Processes
from stage3c.shipped import install_command

_POSTGRES: Final = "postgres"


class Databases:
    """Prepared while Terraform applies, started when the account has its instances."""

    def __init__(self, running: Processes) -> None:
        """Start nothing yet."""
        self._running = running
        self._servers: dict[str, PostgreSQL] = {}
        self._prepared: list[tuple[PostgreSQL, Future[None]]] = []

    def prepare(self, count: int) -> None:
        """Begin to prepare as many servers as there will be primaries."""
        programs = find_programs()
        if programs is None:
            return
        threads = ThreadPoolExecutor(1)
        for number in range(count):
            server = PostgreSQL(self._running, programs, str(number + 1))
            self._prepared.append((server, threads.submit(server.prepare)))
        threads.shutdown(wait=False)

    def start(self, found: Iterable[Instance], directory: Directory, authority: Authority) -> list[str]:
        """Start all of them; returns notes on what runs and what does not."""
        notes: list[str] = []
        for instance in found:
            if not instance.engine.startswith(_POSTGRES):
                notes.append(f"database {instance.identifier}: {instance.engine} is not rehearsed")
                continue
            if not instance.password and not instance.source:
                notes.append(f"database {instance.identifier}: not rehearsed, since no secret has its password")
                continue
            if instance.source and _primary(instance) not in self._servers:
                notes.append(f"database {instance.identifier}: not rehearsed, since {_primary(instance)} is not")
                continue
            server = self._made(instance)
            place = server.start(instance, authority)
            self._servers[instance.identifier] = server
            directory.add(instance.ip, instance.port, place, instance.identifier)
            kind = "a streaming replica" if instance.source else f"a real PostgreSQL {server.version}"
            notes.append(f"database {instance.identifier}: {kind} with TLS at {instance.host}:{instance.port}")
        return notes

    def server(self, identifier: str) -> PostgreSQL | None:
        """What runs for an instance, if anything does."""
        return self._servers.get(identifier)

    def end(self, directory: Directory) -> None:
        """Stop all of them, replicas first."""
        for identifier, server in reversed([*self._servers.items()]):
            directory.remove(identifier)
            server.end()
        self._servers.clear()

    def _made(self, instance: Instance) -> PostgreSQL:
        programs = find_programs()
        if programs is None:
            raise Failed("PostgreSQL is not installed.", f"install PostgreSQL, or: {install_command('rehearse')}")
        if instance.source:
            server = PostgreSQL(self._running, programs, instance.identifier)
            server.copy(self._servers[_primary(instance)])
            return server
        if self._prepared:
            server, done = self._prepared.pop()
            done.result()
            return server
        server = PostgreSQL(self._running, programs, instance.identifier)
        server.prepare()
        return server


def _primary(replica: Instance) -> str:
    """The identifier in the name or ARN of what it is a replica of."""
    return replica.source.rpartition(":")[2]


def hosts(found: Sequence[Instance]) -> list[Host]:
    """The names of databases."""
    return [Host(each.host, (each.ip,), each.arn) for each in found if each.ip]
