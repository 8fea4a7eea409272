"""Changes of a deployed service under traffic: scaling, a deployment, and one that fails. Plain servers are its tasks."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from stage3c.rehearsal.balancer.balancer import Balancer

from tests.rehearsal.balancer.stack import Balanced, Server, server
from tests.rehearsal.balancer.traffic import Traffic

TURN_MAX_SECONDS: Final = 120.0
PORT: Final = 8000


@dataclass
class Task:
    ip: str
    server: Server
    ends: ExitStack


@dataclass
class Tasks:
    """Starts and stops the tasks of one service, which is behind one target group."""

    stack: Balanced
    group: str
    running: list[Task] = field(default_factory=list)
    most: int = 0
    started: int = 0

    def start(self, *, is_ready: bool = True) -> Task:
        """Start one and register it; one that is not ready fails its health check."""
        self.started += 1
        ends = ExitStack()
        made = ends.enter_context(server(f"task {self.started}"))
        made.statuses = {} if is_ready else {"/ready": 404, "/": 503}
        task = Task(f"10.9.1.{self.started}", made, ends)
        self.running.append(task)
        self.most = max(self.most, len(self.running))
        self.stack.register(self.group, task.ip, PORT, made)
        return task

    def stop(self, task: Task) -> None:
        self.stack.directory.remove(f"task {task.ip}")
        task.ends.close()
        self.running.remove(task)


@dataclass(frozen=True)
class Rollout:
    """What the changes need."""

    balancer: Balancer
    tasks: Tasks
    traffic: Callable[[], Traffic]
    """New traffic through the public listener."""

    def run(self) -> None:
        """Every change; fails at the first one that loses a request."""
        self._scaled()
        self._deployed()
        self._rolled_back()

    def _scaled(self) -> None:
        with self._served("scaling out and in by one"):
            more = self.tasks.start()
            self._wait(more, "healthy")
            self._take_out(more)

    def _deployed(self) -> None:
        """New tasks first, as with a minimum of 100 percent; then the old ones go."""
        with self._served("a rolling deployment"):
            old = [*self.tasks.running]
            new = [self.tasks.start() for _ in old]
            for task in new:
                self._wait(task, "healthy")
            for task in old:
                self._take_out(task)

    def _rolled_back(self) -> None:
        """A deployment that never passes its health check takes no request, and the old tasks go on."""
        with self._served("a deployment that fails"):
            task = self.tasks.start(is_ready=False)
            self._wait(task, "unhealthy")
            self._take_out(task)

    @contextmanager
    def _served(self, what: str) -> Iterator[None]:
        """Traffic meanwhile, of which nothing may fail."""
        traffic = self.traffic()
        try:
            yield
        finally:
            traffic.end()
        failures = "; ".join(dict.fromkeys(traffic.failures))
        assert not failures, f"{what} loses {len(traffic.failures)} of {traffic.sent} requests: {failures}."

    def _take_out(self, task: Task) -> None:
        """As ECS does: out of the target group, until open requests have ended, and only then stopped."""
        self.tasks.stack.deregister(self.tasks.group, task.ip)
        self._wait(task, "")
        self.tasks.stop(task)

    def _wait(self, task: Task, state: str) -> None:
        """Until the target group says so of a task; an empty state: it is gone."""
        end = time.monotonic() + TURN_MAX_SECONDS
        while (found := self._state(task)) != state:
            assert time.monotonic() < end, f"{task.server.name} is {found or 'gone'}, expected {state or 'gone'}"
            time.sleep(0.05)

    def _state(self, task: Task) -> str:
        self.balancer.refresh()
        told = self.tasks.stack.health(self.tasks.group).get(task.ip)
        return told[0] if told else ""
