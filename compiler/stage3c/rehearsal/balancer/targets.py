"""The registered targets of every group: their health, the requests they have in hand, and whose turn it is.

Belongs to one event loop; nothing here is called from another thread.
"""

import asyncio
import base64
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from stage3c.rehearsal.balancer.configuration import Configuration, Group, Json, Target, forwards
from stage3c.rehearsal.balancer.health import Health

Watch = Callable[["Member"], Any]
"""Checks one target again and again."""


class Member(Struct, eq=False):
    """One target of one group."""

    group: Group
    target: Target
    health: Health = Health()
    in_hand: dict["asyncio.Future[None]", "asyncio.Task[Any]"] = field(default_factory=dict)
    """The end of each request that waits for it, with the task that serves the connection, which may go on to others."""
    watching: "asyncio.Task[Any] | None" = None
    draining: "asyncio.Task[Any] | None" = None

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Count what the present task does as a request of this target."""
        task, end = asyncio.current_task(), asyncio.get_running_loop().create_future()
        assert task is not None
        self.in_hand[end] = task
        try:
            yield
        finally:
            del self.in_hand[end]
            end.set_result(None)


class Targets:
    """All groups."""

    def __init__(self, watch: Watch, changed: Callable[[], None], pace: float) -> None:
        """`watch` runs for each target in use; `changed` is called after each change of health; `pace` divides delays."""
        self._watch = watch
        self._changed = changed
        self._pace = pace
        self._members: dict[str, dict[Target, Member]] = {}
        self._turns: dict[Any, int] = {}

    def apply(self, configuration: Configuration) -> None:
        """Follow what is registered now; the caller reports the resulting `states`."""
        for arn in self._members.keys() - configuration.groups.keys():
            for member in self._members.pop(arn).values():
                _end(member)
        for arn, group in configuration.groups.items():
            members = self._members.setdefault(arn, {})
            for target in group.targets:
                known = members.get(target)
                if known is None or known.draining:
                    members[target] = Member(group, target)
            for target, member in [*members.items()]:
                member.group = group
                if target not in group.targets:
                    self._drain(member)
                else:
                    self._use(member, in_use=arn in configuration.in_use)

    def states(self) -> dict[str, list[dict[str, str | int]]]:
        """What `describe_target_health` answers, by ARN of the group."""
        return {arn: [_told(member) for member in members.values()] for arn, members in self._members.items()}

    def changed(self, member: Member, health: Health) -> None:
        """Take the new health of a target."""
        before, member.health = member.health, health
        if before != health:
            self._changed()

    def choose(self, action: Json, cookie: str) -> Member | None:
        """The target of a request: by weight among groups, then in turn among healthy targets, or as the cookie says.

        Where no target is healthy, unhealthy ones get requests, as Elastic Load Balancing "fails open":
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (2026-11-28)
        """
        groups = [arn for arn, weight in forwards(action) for _ in range(weight)]
        if not groups:
            return None
        arn = groups[self._turn(tuple(groups))]
        members = [*self._members.get(arn, {}).values()]
        able = [each for each in members if each.health.state == "healthy"]
        able = able or [each for each in members if each.health.state == "unhealthy"]
        if not able:
            return None
        stuck = [each for each in able if each.group.sticky_seconds and cookie_of(each.target) == cookie]
        return (stuck or able)[self._turn(arn, len(able)) if not stuck else 0]

    def end(self) -> None:
        """Stop checking."""
        for members in self._members.values():
            for member in members.values():
                _end(member)

    def _turn(self, of: Any, count: int = 0) -> int:  # noqa: ANN401 - any key
        turn = self._turns.get(of, -1) + 1
        self._turns[of] = turn
        return turn % (count or len(of))

    def _use(self, member: Member, *, in_use: bool) -> None:
        if not in_use or member.group.check is None:
            _end(member)
            member.health = Health("healthy" if in_use else "unused")
        elif member.watching is None:
            member.health = Health()
            member.watching = asyncio.create_task(self._watch(member))

    def _drain(self, member: Member) -> None:
        if member.draining is None:
            _end(member)
            member.health = Health("draining")
            member.draining = asyncio.create_task(self._drained(member))

    async def _drained(self, member: Member) -> None:
        """Let requests end within the deregistration delay; what is then left is cut off."""
        if member.in_hand:
            _, late = await asyncio.wait(member.in_hand, timeout=member.group.drain_seconds / self._pace)
            for end in late:
                member.in_hand[end].cancel()
        members = self._members.get(member.group.arn, {})
        if members.get(member.target) is member:
            del members[member.target]
            self._changed()


def cookie_of(target: Target) -> str:
    """The value of the cookie by which a client stays with a target."""
    return base64.urlsafe_b64encode(f"{target.ip}:{target.port}".encode()).decode()


def _end(member: Member) -> None:
    if member.watching is not None:
        member.watching.cancel()
        member.watching = None


def _told(member: Member) -> dict[str, str | int]:
    health = member.health
    return {
        "id": member.target.ip,
        "port": member.target.port,
        "state": health.state,
        "reason": health.reason,
        "description": health.description,
    }
