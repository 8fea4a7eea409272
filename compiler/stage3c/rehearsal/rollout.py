"""What happens to a deployed stack later, under traffic: scaling, a deployment, one that fails, and a rotated password.

Tasks are started and stopped by whoever runs them; the load balancer says which of them take requests.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from stage3c.live.account import Account
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.traffic import Traffic

TURN_MAX_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.2
_NEVER_READY: Final = ("sleep", "3600")
"""What the tasks of the deployment that must fail run instead of the service."""
_FIX: Final = "compare deployment, health and stop_timeout_seconds of the service with how it starts and stops."


class Running(Protocol):
    """A task."""

    @property
    def ip(self) -> str:
        """Its address in the network."""


class Deployed(Protocol):
    """A service, as the account describes it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def service(self) -> Mapping[str, Any]:
        """What `describe_services` says of it."""


TaskT = TypeVar("TaskT", bound=Running)
DeployedT_contra = TypeVar("DeployedT_contra", bound=Deployed, contravariant=True)


class Tasks(Protocol[DeployedT_contra, TaskT]):
    """Who runs tasks."""

    def start(self, deployed: DeployedT_contra, command: tuple[str, ...] = ()) -> TaskT:
        """Start one and register it with its target groups."""

    def stop(self, task: TaskT) -> None:
        """Deregister and end one."""

    def of(self, deployed: DeployedT_contra) -> Sequence[TaskT]:
        """Those that run of a service."""


@dataclass(frozen=True)
class Rollout:
    """What the changes need."""

    account: Account
    balancer: Balancer
    tasks: Tasks[Any, Any]
    traffic: Callable[[], Traffic]
    """New traffic through the public listener."""

    def run(self, services: Sequence[Deployed]) -> list[str]:
        """Every change, for each service that has a target group; raises `Failed` at the first lost request."""
        behind = [each for each in services if _groups(each)]
        changes = (self._scaled, self._deployed, self._rolled_back)
        return [change(each) for each in behind for change in changes]

    def _scaled(self, one: Deployed) -> str:
        with self._served(f"{one.name}: scaling out and in by one") as traffic:
            before = len(self.tasks.of(one))
            self._desire(one, before + 1)
            more = self.tasks.start(one)
            self._wait(one, more, "healthy")
            self._take_out(one, more)
            self._desire(one, before)
        return f"{one.name}: {before} to {before + 1} tasks and back, {traffic.sent} requests, none lost"

    def _deployed(self, one: Deployed) -> str:
        """New tasks first, as with a minimum of 100 percent; then the old ones go."""
        with self._served(f"{one.name}: a rolling deployment") as traffic:
            old = [*self.tasks.of(one)]
            new = [self.tasks.start(one) for _ in old]
            for task in new:
                self._wait(one, task, "healthy")
            for task in old:
                self._take_out(one, task)
        return f"{one.name}: {len(old)} tasks replaced, {traffic.sent} requests, none lost"

    def _rolled_back(self, one: Deployed) -> str:
        """A deployment that never passes its health check: it takes no request, and the old tasks go on."""
        with self._served(f"{one.name}: a deployment that fails") as traffic:
            task = self.tasks.start(one, _NEVER_READY)
            self._wait(one, task, "unhealthy")
            self._take_out(one, task)
        return f"{one.name}: a deployment without a healthy task is rolled back, {traffic.sent} requests, none lost"

    @contextmanager
    def _served(self, what: str) -> Iterator[Traffic]:
        """Traffic meanwhile, of which nothing may fail."""
        traffic = self.traffic()
        try:
            yield traffic
        finally:
            traffic.end()
        if traffic.failures:
            told = "; ".join(dict.fromkeys(traffic.failures))
            raise Failed(f"{what} loses {len(traffic.failures)} of {traffic.sent} requests: {told}.", _FIX)

    def _take_out(self, one: Deployed, task: Running) -> None:
        """As ECS does: out of the target groups, until open requests have ended, and only then stopped."""
        for group, port in _groups(one):
            target = {"Id": task.ip, "Port": port}
            self.account.ask("elbv2.deregister_targets", TargetGroupArn=group, Targets=[target])
        self._wait(one, task, "")
        self.tasks.stop(task)

    def _wait(self, one: Deployed, task: Running, state: str) -> None:
        """Until every target group says so of a task; an empty state: it is gone."""
        end = time.monotonic() + TURN_MAX_SECONDS
        while (found := {self._state(group, task) for group, _ in _groups(one)}) != {state}:
            if time.monotonic() > end:
                cause = f"a task of {one.name} is {', '.join(sorted(found)) or 'gone'} after {TURN_MAX_SECONDS:.0f} s"
                raise Failed(f"{cause}, expected {state or 'gone'}.", _FIX)
            time.sleep(_LOOK_SECONDS)

    def _state(self, group: str, task: Running) -> str:
        self.balancer.refresh()
        told = self.account.ask("elbv2.describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
        return next((str(each["TargetHealth"]["State"]) for each in told if each["Target"]["Id"] == task.ip), "")

    def _desire(self, one: Deployed, count: int) -> None:
        told = {"cluster": one.service["clusterArn"], "service": one.name, "desiredCount": count}
        self.account.ask("ecs.update_service", **told)


def rotate(account: Account, secret: str, set_password: Callable[[str, str], object]) -> None:
    """Rotate the password of a database as RDS does: in the database and in its secret, which keeps its other keys."""
    told = json.loads(account.ask("secretsmanager.get_secret_value", SecretId=secret)["SecretString"])
    told["password"] = secrets.token_urlsafe(24)
    set_password(str(told["username"]), told["password"])
    account.ask("secretsmanager.put_secret_value", SecretId=secret, SecretString=json.dumps(told))


def _groups(one: Deployed) -> list[tuple[str, int]]:
    """Target groups of a service, each with the port of the container."""
    told = one.service.get("loadBalancers") or ()
    return [(str(each["targetGroupArn"]), int(each["containerPort"])) for each in told if each.get("targetGroupArn")]
