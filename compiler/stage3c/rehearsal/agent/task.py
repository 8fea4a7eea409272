"""One running task: its room, its containers, and their health."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct

from stage3c.aws.kinds.kind import Unanswered
from stage3c.rehearsal.agent.health import Health, HealthCheck, after
from stage3c.rehearsal.agent.log_streams import LogStream
from stage3c.rehearsal.agent.programs import Program
from stage3c.rehearsal.agent.room import Room
from stage3c.rehearsal.failure import Failed

State = Literal["PENDING", "HEALTHY", "UNHEALTHY", "STOPPED"]
_LOOK_SECONDS: Final = 0.5
_STOP_MAX_SECONDS: Final = 30
_LINE_MAX_CHARS: Final = 400


class Container(Struct):
    """A container, as it was started."""

    name: str
    program: Program
    environment: Mapping[str, str]
    check: HealthCheck | None
    log: Path
    stream: LogStream | None
    secrets: tuple[str, ...] = ()
    """Values that nothing may print."""
    essential: bool = True
    stop_seconds: float = _STOP_MAX_SECONDS
    health: Health = Health()


class Task:
    """A task and the thread that watches it."""

    def __init__(self, arn: str, service: str, ip: str, room: Room, containers: list[Container]) -> None:
        """Take what was made; nothing runs yet."""
        self.arn = arn
        self.service = service
        self.ip = ip
        self.reason = ""
        self.blocked: tuple[str, ...] = ()
        self.leaving: list[Callable[[], None]] = []
        self.closing: list[Callable[[], None]] = []
        self.state: State = "PENDING"
        self.exit_codes: dict[str, int] = {}
        self.room = room
        self._containers = containers
        self._over = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._started = 0.0

    def start(self) -> None:
        """Start the containers and watch them."""
        for each in self._containers:
            told = {"name": each.name, "log": str(each.log), **_how(each, each.program.command)}
            self.room.ask("start", **told)
        self._started = time.monotonic()
        self._thread.start()

    def wait(self, seconds: float, *, ended: bool = False) -> State:
        """Wait until it is known how it is, or, if asked, until it has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self.state == "STOPPED" or (self.state != "PENDING" and not ended), seconds)
        return self.state

    def stop(self) -> None:
        """End it as ECS does."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            seconds = max(each.stop_seconds for each in self._containers)
            self.exit_codes = self.room.ask("stop", seconds=seconds)[0]["ended"]
        except Failed:
            self.exit_codes = {}
        self.room.end()
        self._send(has_ended=True)
        self._become("STOPPED", self.reason or "stopped")

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                state, reason = self._looked()
            except Failed as failed:
                state, reason = "STOPPED", failed.cause
            self._send()
            self._become(state, reason)
            if state == "STOPPED":
                break
            self._over.wait(min([_LOOK_SECONDS, *(each.check.interval for each in self._containers if each.check)]))

    def _looked(self) -> tuple[State, str]:
        self.exit_codes = self.room.ask("look")[0]["ended"]
        for each in self._containers:
            if each.essential and each.name in self.exit_codes:
                return "STOPPED", f"{each.name} exits with {self.exit_codes[each.name]}{_last_words(each)}"
        for each in self._containers:
            self._check(each)
        states = {each.health.state for each in self._containers if each.check}
        if "UNHEALTHY" in states:
            bad = next(each for each in self._containers if each.health.state == "UNHEALTHY")
            return "UNHEALTHY", f"the health check of {bad.name} fails: {_clean(bad, bad.health.said)}"
        return ("PENDING", "") if "UNKNOWN" in states else ("HEALTHY", "")

    def _check(self, container: Container) -> None:
        check, age = container.check, time.monotonic() - self._started
        if check is None:
            return
        told = _how(container, check.command)
        answer, _ = self.room.ask("check", seconds=check.timeout, **told)
        failure = None if answer["code"] == 0 else str(answer["said"] or f"it exits with {answer['code']}")
        container.health = after(container.health, check, failure, age)

    def log_of(self, container: str) -> Path:
        """The file with what a container printed."""
        return next(each.log for each in self._containers if each.name == container)

    def hide(self, secret: str) -> None:
        """Never print a value that it was not started with, but may know by now."""
        for each in self._containers:
            each.secrets += (secret,)

    def last_lines(self, count: int) -> list[str]:
        """What its containers printed last, each line cut and without the values of its secrets."""
        return [line for each in self._containers for line in _last_lines(each, count)]

    def _send(self, *, has_ended: bool = False) -> None:
        for each in self._containers:
            try:
                if each.stream is not None:
                    each.stream.send(has_ended=has_ended)
            except Unanswered:
                continue

    def _become(self, state: State, reason: str) -> None:
        with self._changed:
            self.state, self.reason = state, reason
            self._changed.notify_all()


def _last_words(container: Container) -> str:
    return "".join(f": {line}" for line in _last_lines(container, 1))


def _last_lines(container: Container, count: int) -> list[str]:
    try:
        lines = container.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return []
    return [_clean(container, line)[:_LINE_MAX_CHARS] for line in lines[-count:]]


def _how(container: Container, command: tuple[str, ...]) -> dict[str, Any]:
    return {
        "command": [*command],
        "folder": str(container.program.folder),
        "environment": dict(container.environment),
    }


def _clean(container: Container, text: str) -> str:
    for secret in container.secrets:
        text = text.replace(secret, "***") if secret else text
    return text
