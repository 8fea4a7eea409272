"""The services of a rehearsal: databases, the jobs that go before a release, then tasks until every container is healthy."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from stage3c.live.account import Account
from stage3c.pipeline import Build
from stage3c.rehearsal.agent import jobs
from stage3c.rehearsal.agent.agent import Agent, Host, Surrounding
from stage3c.rehearsal.agent.deployed import Deployed, deployed, of_service
from stage3c.rehearsal.agent.explained import LINES_MAX, known
from stage3c.rehearsal.agent.health import health_check
from stage3c.rehearsal.agent.openings import Standing
from stage3c.rehearsal.agent.programs import Program, program, stand_in
from stage3c.rehearsal.agent.room import has_namespaces, no_namespaces
from stage3c.rehearsal.agent.scheduler import Scheduler
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.agent.task import Task
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.balancer.reading import read
from stage3c.rehearsal.database.instances import instances
from stage3c.rehearsal.databases import Databases, hosts
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.failure import Failed, LeftOut
from stage3c.rehearsal.isolation import without_secrets
from stage3c.rehearsal.places import definition_of, spec_place
from stage3c.rehearsal.processes import Processes
from stage3c.resources.jobs import job_homes

HEALTHY_MAX_SECONDS: Final = 120.0
METADATA_PORT: Final = 80
_TAKEN: Final = "; in its namespace, port 80 belongs to ECS's metadata"
_COPY_MAX_SECONDS: Final = 2.0
_INSTALL_LOG: Final = "installation.log"
_SCHEDULER_LOG: Final = "scheduler.log"
_NEEDED: Final = "each task needs user, network and mount namespaces of its own (Linux, unshare --user --net --mount)"


class Services:
    """What runs for a stack; made before Terraform applies, so that databases are prepared meanwhile."""

    def __init__(self, build: Build, running: Processes, directory: Directory) -> None:
        """Take a build without errors."""
        self._build = build
        self._running = running
        self._directory = directory
        self.databases = Databases(running)
        self.agent: Agent | None = None
        self._first: list[tuple[Deployed, Task]] = []
        self._scheduler: Scheduler | None = None
        self._installing: Future[None] | None = None
        self._is_over = threading.Event()

    def prepare(self) -> None:
        """Begin what needs nothing of the account; it is done while Terraform waits."""
        if has_namespaces():
            self.databases.prepare(sum(each.engine == "postgres" for each in self._build.stack.databases.values()))
            threads = ThreadPoolExecutor(1)
            self._installing = threads.submit(self._install_all)
            threads.shutdown(wait=False)

    def start(self, account: Account, state: Mapping[str, Any], authority: Authority) -> list[str]:
        """Start everything and wait until it is healthy; `state` is what `terraform show -json` printed."""
        if not has_namespaces():
            raise LeftOut(f"no service is started: {_NEEDED}. Here: {no_namespaces()}")
        if self._installing is not None:
            self._installing.result()
        standing, found = Standing.read(state), [*instances(account)]
        notes = self.databases.start(found, self._directory, authority)
        known = (*hosts(found), *self._balancers(account))
        around = Surrounding(self._running, account, self._directory, standing, authority.file, known, self._program)
        self.agent = Agent(around)
        notes += self.run_jobs(self.agent, account, state)
        return [*notes, *self._started(self.agent, [*deployed(account)])]

    def scheduled(self, connect: Callable[[], Account], balancer: Balancer) -> Scheduler | None:
        """Let ECS's API decide from now on what runs; None where no service runs."""
        if self._scheduler is None and self.agent is not None:
            self._scheduler = Scheduler(self.agent, connect, balancer, self._first, self._running.logs / _SCHEDULER_LOG)
            self._scheduler.start()
        return self._scheduler

    def is_real(self, account: Account, service: Mapping[str, Any]) -> bool:
        """Tell whether a service, as ECS describes it, runs its own code here."""
        one = of_service(account, service)
        return all(self._program(one, each).is_real for each in one.containers)

    def stop(self) -> None:
        """Stop tasks, then databases; nothing that is not running is an error."""
        self._is_over.set()
        if self._installing is not None:
            wait([self._installing], _COPY_MAX_SECONDS)  # a folder that is being copied would be left
        if self._scheduler is not None:
            self._scheduler.end()
            self._scheduler = None
        if self.agent is not None:
            self.agent.end()
            self.agent = None
        self.databases.end(self._directory)

    def run_jobs(self, agent: Agent, account: Account, state: Mapping[str, Any]) -> Iterator[str]:
        """The jobs that go before a release, one after another in the order of the spec."""
        for home in job_homes(self._build.stack):
            if home.is_before_release:
                job = jobs.job_of(account, home, state)
                if self._program(job, job.containers[0]).is_real:
                    yield jobs.run(agent, job, home, self._place(job))
                else:
                    yield f"job {home.name}: not run, since the source code of {home.like} is not available"

    def _started(self, agent: Agent, everything: Sequence[Deployed]) -> Iterator[str]:
        self._first = tasks = []
        for one in everything:
            for _ in range(int(one.service["desiredCount"])):
                try:
                    tasks.append((one, agent.start(one)))
                except Stopped as stopped:
                    raise stopped.failed(f"a task of {one.name}", self._place(one)) from None
        for one, task in tasks:
            if task.wait(HEALTHY_MAX_SECONDS) != "HEALTHY":
                raise self._failed(one, task)
        for one in everything:
            programs = [(each, self._program(one, each)) for each in one.containers]
            is_checked = any(made.is_real and health_check(each) for each, made in programs)
            yield f"{one.name}: {outcome(int(one.service['desiredCount']), is_checked=is_checked)} ({programs[0][1].note})"

    def _failed(self, one: Deployed, task: Task) -> Failed:
        state = {"PENDING": "not healthy in time", "STOPPED": "stopped", "UNHEALTHY": "unhealthy"}.get(task.state, "")
        blocked = f" {task.blocked[0]}." if task.blocked else ""
        reason = f": {task.reason.rstrip('.')}" if task.reason else ""
        cause = (
            f"a task of {one.name} is {state}{reason} ({self._place(one)}).{blocked}{known(task.last_lines(LINES_MAX))}"
        )
        return Failed(cause, f"read its log in {self._running.logs}.")

    def told(self) -> list[str]:
        """What the running tasks show of why something fails: flows that are blocked, and what is known of their logs."""
        tasks = self.agent.tasks if self.agent else []
        flows = [f"{flow}." for task in tasks for flow in task.blocked]
        logs = [f"{task.service}:{said}" for task in tasks if (said := known(task.last_lines(LINES_MAX)))]
        return [*dict.fromkeys([*flows, *logs])]

    def _place(self, one: Deployed) -> str:
        return spec_place(self._build, one.family)

    def _program(self, one: Deployed, container: Mapping[str, Any]) -> Program:
        found = definition_of(self._build, one.family)
        path = found.origin.path if found else ()
        stack, (kind, name) = self._build.stack, (*map(str, path), "", "")[:2]
        folder = self._folder(stack.jobs[name].like if kind == "jobs" else name)
        if folder is None:
            return stand_in(self._running.work, one.ports, _TAKEN if METADATA_PORT in one.ports else "")
        return program(folder, container, self._running.work, cache(os.environ), self._install)

    def stand_ins(self) -> list[str]:
        """The keys of the services that do not run from their source code."""
        return [name for name in self._build.stack.services if self._folder(name) is None]

    def _folder(self, name: str) -> Path | None:
        """The source code of a service that can run here."""
        service = self._build.stack.services.get(name)
        if service is None or service.port == METADATA_PORT:
            return None
        spec = Path(self._build.document.file).resolve()
        roots = (Path.cwd(), spec.parent, spec.parent.parent)
        return folder_of(service.build, *roots) if service.build else None

    def _install_all(self) -> None:
        """Install the packages of every service. One that fails is tried again, and reported, when its service is started."""
        for name in self._build.stack.services:
            folder = self._folder(name)
            if folder is not None and not self._is_over.is_set():
                with suppress(Failed, OSError):
                    program(folder, {"command": ["true"]}, self._running.work, cache(os.environ), self._install)

    def _install(self, command: Sequence[str], folder: Path) -> None:
        """Install packages with the user's settings of the registry, and none of AWS or Terraform."""
        kept = without_secrets(os.environ)
        kept["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
        process = self._running.start(command, folder, kept, _INSTALL_LOG)
        code = process.wait()
        self._running.finished(process)
        if code:
            log = self._running.logs / _INSTALL_LOG
            raise Failed(f"the packages of {folder.name} cannot be installed.", f"see {log}.")

    @staticmethod
    def _balancers(account: Account) -> Iterator[Host]:
        configuration = read(account)
        for each in configuration.balancers:
            yield Host(each.dns_name, each.ips, each.arn)


def folder_of(text: str, *roots: Path) -> Path | None:
    """The folder of a service, below the first of some roots that has it."""
    return next((root / text for root in roots if (root / text).is_dir()), None)


def outcome(count: int, *, is_checked: bool) -> str:
    """How many tasks there are; only those with a health check are known to be healthy."""
    tasks, verbs = ("1 task", ("runs", "is")) if count == 1 else (f"{count} tasks", ("run", "are"))
    return f"{tasks} {verbs[1]} healthy" if is_checked else f"{tasks} {verbs[0]}, without a health check"


def cache(environment: Mapping[str, str]) -> Path:
    """Where installed packages are kept between rehearsals."""
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "stage3c" / "rehearsal"
