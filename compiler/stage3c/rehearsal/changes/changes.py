"""Scaling, a rolling deployment and one that fails, for each service behind a load balancer, while requests go on."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from stage3c.live.account import Account
from stage3c.rehearsal.agent.deployed import described
from stage3c.rehearsal.agent.moves import limits
from stage3c.rehearsal.agent.scheduler import Scheduler
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.changes import losses
from stage3c.rehearsal.changes.revision import without_service
from stage3c.rehearsal.changes.traffic import Ask, Traffic, traffic
from stage3c.rehearsal.failure import Failed

SETTLED_MAX_SECONDS: Final = 180.0
_LOOK_SECONDS: Final = 0.1
_FIX: Final = (
    "read scheduler.log, load_balancers.log and the logs of these tasks: a service passes health.ready only when it can serve, "
    "and answers requests until it has left its target group."
)
_NOT_SERVED: Final = "no service is behind an internet-facing load balancer, so nothing is changed under traffic"

Service = Mapping[str, Any]
"""As ECS describes it."""


class Lost(Failed):
    """Requests failed during a change."""


class Changes:
    """What changes a deployed stack that a scheduler runs."""

    def __init__(
        self,
        account: Account,
        balancer: Balancer,
        scheduler: Scheduler,
        asked: Sequence[Ask],
        is_real: Callable[[Service], bool],
    ) -> None:
        """`asked` is sent meanwhile, and is empty for a stack without public load balancer; `is_real`: it is not a stand-in."""
        self._account, self._balancer = account, balancer
        self._scheduler, self._asked, self._is_real = scheduler, asked, is_real

    def scale(self) -> list[str]:
        """One task more, then one less."""
        return self._each(self._scaled)

    def roll_out(self) -> list[str]:
        """A new deployment of the same task definition, which replaces every task."""
        return self._each(self._rolled_out)

    def roll_back(self) -> list[str]:
        """A deployment whose tasks never become healthy: the circuit breaker returns to what ran before."""
        return self._each(self._rolled_back)

    def settled(self, arn: str) -> Service:
        """Wait until a service has one deployment, which is complete, with as many tasks as are wanted."""
        end = time.monotonic() + SETTLED_MAX_SECONDS
        while True:
            self._scheduler.require()
            service = self._described(arn)
            first, *others = service["deployments"]
            is_whole = first["runningCount"] == service["desiredCount"] and not others
            if is_whole and first["rolloutState"] == "COMPLETED":
                return service
            if time.monotonic() > end or first["rolloutState"] == "FAILED":
                raise Failed(self._unsettled(service), "read the logs of its tasks.")
            time.sleep(_LOOK_SECONDS)

    @contextmanager
    def under_traffic(self, what: str) -> Iterator[Traffic]:
        """Send requests meanwhile, of which nothing may fail; `what` begins the sentence that says so."""
        with traffic(self._asked, self._balancer.detour()) as sent:
            yield sent
        if sent.losses:
            raise Lost(losses.told(what, sent.began, sent.sent, sent.losses, self._scheduler.events), _FIX)

    def _each(self, change: Callable[[Service], str]) -> list[str]:
        found = [each for each in described(self._account) if _is_served(each)]
        if not found or not self._asked:
            return [_NOT_SERVED]
        return [f"{each['serviceName']}: {_tried(change, self.settled(each['serviceArn']))}" for each in found]

    def _scaled(self, service: Service) -> str:
        count = int(service["desiredCount"])
        with self.under_traffic(f"scaling {service['serviceName']} out and in by one") as sent:
            for desired in (count + 1, count):
                self._update(service, desiredCount=desired)
                self.settled(service["serviceArn"])
        return f"{count} to {count + 1} tasks and back, {losses.counted(sent.sent)}"

    def _rolled_out(self, service: Service) -> str:
        with self.under_traffic(f"a rolling deployment of {service['serviceName']}") as sent:
            made = self._update(service, forceNewDeployment=True)
            after = self.settled(service["serviceArn"])
        if after["deployments"][0]["id"] != made:
            raise Failed(self._unsettled(after), "read the logs of its tasks.")
        return f"{_tasks(after['desiredCount'])} replaced, {losses.counted(sent.sent)}"

    def _rolled_back(self, service: Service) -> str:
        breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
        if not (breaker.get("enable") and breaker.get("rollback")):
            return "no deployment fails, since it has no circuit breaker that rolls back"
        if not self._is_real(service):
            return "no deployment fails, since a stand-in is always healthy"
        good, bad = str(service["taskDefinition"]), self._hopeless(service)
        try:
            with self.under_traffic(f"a failed deployment of {service['serviceName']}") as sent:
                made = self._update(service, taskDefinition=bad)
                after = self.settled(service["serviceArn"])
        finally:
            self._account.ask("ecs.deregister_task_definition", taskDefinition=bad)
        ends = [each for each in self._scheduler.ends if each.deployment == made]
        if after["taskDefinition"] != good or not ends:
            cause = f"a deployment of {service['serviceName']} whose tasks do not serve their port completes."
            raise Failed(cause, "let a health check ask the service itself.")
        return f"{_tasks(len(ends))} failed, rolled back to {good.rpartition('/')[2]}, {losses.counted(sent.sent)}"

    def _hopeless(self, service: Service) -> str:
        """Register a revision whose tasks never become healthy."""
        definition = self._account.ask("ecs.describe_task_definition", taskDefinition=service["taskDefinition"])
        container = next(each["containerName"] for each in service["loadBalancers"] if each.get("targetGroupArn"))
        told = without_service(definition["taskDefinition"], container)
        made = str(self._account.ask("ecs.register_task_definition", **told)["taskDefinition"]["taskDefinitionArn"])
        self._scheduler.hopeless.add(made)
        return made

    def _update(self, service: Service, **changes: Any) -> str:  # noqa: ANN401 - as ECS takes them
        """Change a service, and return the id of its primary deployment."""
        named = {"cluster": service["clusterArn"], "service": service["serviceArn"]}
        told = self._account.ask("ecs.update_service", **named, **changes)["service"]
        return str(told["deployments"][0]["id"])

    def _described(self, arn: str) -> Service:
        cluster = arn.split("/")[1]
        (told,) = self._account.ask("ecs.describe_services", cluster=cluster, services=[arn])["services"]
        return dict(told)

    def _unsettled(self, service: Service) -> str:
        """A deployment that did not end well, with the last thing that happened to one of its tasks."""
        name, first = service["serviceName"], service["deployments"][0]
        said = [each.text for each in self._scheduler.events if each.service == name]
        last = f" The last of its events: {said[-1]}." if said else ""
        return f"a deployment of {name} is {first['rolloutState']}: {first['rolloutStateReason'].rstrip('.')}.{last}"


def _tried(change: Callable[[Service], str], service: Service) -> str:
    """The note of a change; requests may fail where the spec lets a deployment stop every task."""
    try:
        return change(service)
    except Lost as lost:
        if limits(service).lower > 0:
            raise
        return f"{lost.cause} A deployment may stop every task, since minimum_healthy_percent is 0"


def _is_served(service: Service) -> bool:
    is_behind = any(each.get("targetGroupArn") for each in service.get("loadBalancers") or ())
    return is_behind and service["status"] == "ACTIVE" and int(service["desiredCount"]) > 0


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"
