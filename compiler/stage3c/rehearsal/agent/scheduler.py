"""The service scheduler of ECS on this machine: a thread that lets the agent run what each service deploys, and reports it.

It asks the emulated account for services, and for the health of their targets, again and again, and tells it which tasks run and
which have stopped. What follows from that, such as the end of a deployment or a rollback, is decided there.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account, LiveError
from stage3c.rehearsal.agent import moves
from stage3c.rehearsal.agent.agent import Agent
from stage3c.rehearsal.agent.deployed import Deployed, described, of_service
from stage3c.rehearsal.agent.health import PACE
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.agent.task import Task
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.emulated import tell
from stage3c.rehearsal.failure import Failed

_ROUND_SECONDS: Final = 0.1
_STOPPED_AT_ONCE: Final = 8

Place = tuple[str, str, int]
"""A target group, and address and port of a target in it."""


class Event(Struct, frozen=True):
    """Something that happened to a task, by the clock of `time.monotonic`."""

    at: float
    text: str
    service: str = ""
    is_failure: bool = False


class End(Struct, frozen=True):
    """A task that did not start or did not stay, in ECS's words."""

    deployment: str
    reason: str
    event: str
    exit_code: int | None = None


class Held(Struct, eq=False):
    """A task that runs."""

    task: Task
    service: Mapping[str, Any]
    deployment: str
    began: float
    grace: float
    """Seconds in which failed health checks do not count."""
    state: moves.State = "starting"
    is_leaving: bool = False
    ending: "Future[None] | None" = None

    @property
    def places(self) -> list[Place]:
        """The targets that it is."""
        told = self.service.get("loadBalancers") or ()
        groups = [(each["targetGroupArn"], int(each["containerPort"])) for each in told if each.get("targetGroupArn")]
        return [(group, self.task.ip, port) for group, port in groups]

    @property
    def name(self) -> str:
        """Its id, as far as its log is called after it, and its service."""
        return f"task {self.task.arn.rpartition('/')[2][:8]} of {self.service['serviceName']}"


class Scheduler:
    """Every task of every service, from the moment in which it is started."""

    def __init__(
        self,
        agent: Agent,
        connect: Callable[[], Account],
        balancer: Balancer,
        running: Sequence[tuple[Deployed, Task]],
        log: Path,
    ) -> None:
        """Take what runs already; `connect` gives a new connection to the account, and `log` gets a line for each event."""
        self._agent, self._connect, self._balancer = agent, connect, balancer
        self._account = connect()
        self._held = [Held(task, one.service, "", time.monotonic(), _grace(one.service)) for one, task in running]
        self._known: dict[str, Mapping[str, int]] = {}
        self._over = threading.Event()
        self._failure: Exception | None = None
        self._stops = ThreadPoolExecutor(_STOPPED_AT_ONCE)
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self.hopeless: set[str] = set()
        """Task definitions that are known never to become healthy: the grace period of their tasks is not waited for."""
        self._log, self._began = log, time.monotonic()
        self.events: list[Event] = []
        self.ends: list[End] = []

    def arns(self, service: str = "") -> set[str]:
        """The tasks that run and stay, of one service by its ARN or of all."""
        stay = (each for each in [*self._held] if not each.is_leaving)
        return {each.task.arn for each in stay if service in ("", each.service["serviceArn"])}

    def hide(self, secret: str) -> None:
        """Let no message quote a value that tasks may have learned."""
        for each in [*self._held]:
            each.task.hide(secret)

    def start(self) -> None:
        """Begin; from now on ECS's API decides what runs."""
        for service in [*described(self._account)]:
            self._begun(service)
        self._thread.start()

    def require(self) -> None:
        """Raise what ended it."""
        if self._failure is not None:
            raise self._failure

    def end(self) -> None:
        """Start and stop nothing more; the tasks go on."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._stops.shutdown()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._balancer.refresh()
                for service in [*described(self._account)]:
                    self._follow(service)
            except Unanswered:
                self._account = self._connect()  # a connection that has once failed remembers silence
            except (Failed, LiveError) as failure:
                self._failure = failure
                return
            except OSError as error:
                cause = f"tasks can no longer be started and reported: {error.strerror or type(error).__name__}."
                self._failure = Failed(cause, "read emulator.log, and rehearse again.")
                return
            self._over.wait(_ROUND_SECONDS)

    def _follow(self, service: Mapping[str, Any]) -> None:
        arn = str(service["serviceArn"])
        if service["status"] != "ACTIVE":
            return
        if arn not in self._known:
            service = self._begun(service)
        primary = service["deployments"][0]
        registered = self._registered(service)
        self._finish(arn, registered)
        ends = [*self._looked(service, registered)]
        if ends:  # they may end the deployment
            self._report(arn, str(primary["id"]), ends)
            return
        staying = [each for each in self._of(arn) if not each.is_leaving]
        seen = [moves.Seen(each.deployment == primary["id"], each.state) for each in staying]
        plan = moves.moves(seen, moves.limits(service))
        for place in plan.leave:
            self._take_out(staying[place])
        if primary["rolloutState"] != "FAILED":
            ends = [end for _ in range(plan.start) for end in self._started(service, primary)]
        self._report(arn, str(primary["id"]), ends)

    def _begun(self, service: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take a service over: what runs of it belongs to the deployment that now begins."""
        arn, cluster = str(service["serviceArn"]), service["clusterArn"]
        self._tell(arn, {}, ())
        (told,) = self._account.ask("ecs.describe_services", cluster=cluster, services=[arn])["services"]
        for each in self._of(arn):
            each.deployment = str(told["deployments"][0]["id"])
        return dict(told)

    def _of(self, arn: str) -> list[Held]:
        return [each for each in self._held if each.service["serviceArn"] == arn]

    def _registered(self, service: Mapping[str, Any]) -> dict[Place, str]:
        """The state of every target of the groups of a service, draining ones too."""
        groups = {each["targetGroupArn"] for each in service.get("loadBalancers") or () if each.get("targetGroupArn")}
        return {
            (group, str(each["Target"]["Id"]), int(each["Target"]["Port"])): str(each["TargetHealth"]["State"])
            for group in groups
            for each in self._account.ask("elbv2.describe_target_health", TargetGroupArn=group)[
                "TargetHealthDescriptions"
            ]
        }

    def _looked(self, service: Mapping[str, Any], registered: Mapping[Place, str]) -> Iterator[End]:
        """Look at each task that stays, and tell of those that have failed."""
        for each in self._of(str(service["serviceArn"])):
            if each.is_leaving:
                continue
            before, reason = each.state, _reason(each, registered)
            each.state = "failed" if reason else "ready" if _is_ready(each, registered) else "starting"
            if reason and before != "failed":
                said = f" ({each.task.reason})" if each.task.reason else ""
                self._note(service, f"{each.name} fails: {reason}{said}", is_failure=True)
                code = next(iter(each.task.exit_codes.values()), None)
                yield End(each.deployment, reason, f"({each.name}) stopped: {reason}", code)
            elif each.state == "ready" and before != "ready":
                self._note(service, f"{each.name} becomes healthy")

    def _finish(self, arn: str, registered: Mapping[Place, str]) -> None:
        """Stop the tasks that no target group has any more, and forget those that have ended."""
        for each in self._of(arn):
            if each.ending is not None:
                if each.ending.done():
                    each.ending.result()
                    self._held.remove(each)
            elif each.is_leaving and not any(place in registered for place in each.places):
                self._note(each.service, f"{each.name} is stopped")
                each.ending = self._stops.submit(self._agent.stop, each.task)

    def _take_out(self, each: Held) -> None:
        self._note(each.service, f"{each.name} leaves its target groups" if each.places else f"{each.name} leaves")
        each.is_leaving = True
        self._agent.take_out(each.task)

    def _started(self, service: Mapping[str, Any], primary: Mapping[str, Any]) -> Iterator[End]:
        """Start one task, and tell if that is impossible."""
        identity, definition = str(primary["id"]), str(primary["taskDefinition"])
        try:
            task = self._agent.start(of_service(self._account, service, definition))
        except Stopped as stopped:
            self._note(service, f"a task of {service['serviceName']} does not start: {stopped.cause}", is_failure=True)
            yield End(identity, stopped.reason, f"was unable to start a task. Reason: {stopped.reason}")
            return
        grace = 0.0 if definition in self.hopeless else _grace(service)
        self._held.append(Held(task, service, identity, time.monotonic(), grace))
        self._note(service, f"{self._held[-1].name} starts")

    def _report(self, arn: str, primary: str, ends: Sequence[End]) -> None:
        """Of the primary deployment the healthy tasks count, of others all; those that leave count until they are stopped."""
        running: dict[str, int] = {}
        for each in self._of(arn):
            if each.state == "ready" or (each.deployment != primary and each.state != "failed"):
                running[each.deployment] = running.get(each.deployment, 0) + 1
        if ends or running != self._known.get(arn):
            self._tell(arn, running, ends)

    def _tell(self, arn: str, running: Mapping[str, int], ends: Sequence[End]) -> None:
        self.ends += ends
        stopped = [{name: getattr(each, name) for name in End.__struct_fields__} for each in ends]
        tell(self._account, "stage3c/tasks", {"service": arn, "running": running, "stopped": stopped})
        self._known[arn] = running

    def _note(self, service: Mapping[str, Any], text: str, *, is_failure: bool = False) -> None:
        self.events.append(Event(time.monotonic(), text, str(service["serviceName"]), is_failure))
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{self.events[-1].at - self._began:8.1f} s  {text}\n")


def _is_ready(each: Held, registered: Mapping[Place, str]) -> bool:
    return each.task.state == "HEALTHY" and all(registered.get(place) == "healthy" for place in each.places)


def _grace(service: Mapping[str, Any]) -> float:
    """Seconds in which failed health checks do not count, those of containers included.

    https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ecs/aws.sdk.kotlin.services.ecs.model/-create-service-request/health-check-grace-period-seconds.html
    (2026-11-28)
    """
    return float(service.get("healthCheckGracePeriodSeconds") or 0) / PACE


def _reason(each: Held, registered: Mapping[Place, str]) -> str:
    """Why a task has failed, in ECS's words; empty if it has not."""
    if each.task.state == "STOPPED":
        return "Essential container in task exited"
    if time.monotonic() - each.began < each.grace:
        return ""
    if each.task.state == "UNHEALTHY":
        return "Task failed container health checks"
    group = next((place[0] for place in each.places if registered.get(place) == "unhealthy"), "")
    return f"Task failed ELB health checks in (target-group {group})" if group else ""
