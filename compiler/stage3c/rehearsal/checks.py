"""The spec's checks through the rehearsed public load balancer, after its targets are healthy; what fails is explained."""

import time
from collections.abc import Sequence
from http.client import OK
from typing import Final

from msgspec.structs import replace

from stage3c.delivery.causes import name_of
from stage3c.delivery.rows import place
from stage3c.delivery.verification import Row, verify
from stage3c.language.model.check import Check
from stage3c.live.account import Account
from stage3c.output.endpoints import Endpoint, endpoint_of
from stage3c.pipeline import Build
from stage3c.rehearsal.balancer.balancer import Balancer
from stage3c.rehearsal.failure import Failed

HEALTHY_MAX_SECONDS: Final = 90.0
"""Three times as long as a new service of the reference stack takes on two busy cores."""
CHECKS_MAX_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.2
_NOT_YET: Final = ("initial", "unhealthy")
_FIX: Final = "correct it in the spec or in the service, and rehearse again."

Health = tuple[str, str, str]
"""A target group, and state and description of one of its targets."""


def check(
    build: Build,
    account: Account,
    balancer: Balancer,
    wait_seconds: float = HEALTHY_MAX_SECONDS,
    stand_ins: Sequence[str] = (),
) -> list[str]:
    """Wait for the targets, then verify; raises `Failed` with everything that is wrong. Of stand-ins only status is asked."""
    counted = wait_for_targets(account, balancer, wait_seconds)
    endpoint = endpoint_of(build.stack)
    if endpoint is None:
        return [counted, "no service is behind an internet-facing load balancer, so no check runs"]
    endpoint = named(endpoint, account, build)
    asked = sendable(build.stack.checks, stand_ins)
    sent = [one for _, one in asked]
    found = verify(endpoint, sent, CHECKS_MAX_SECONDS, lambda *_: None, balancer.detour())
    failed = [row for row in found if not row.passed]
    if failed:
        numbers = [number for number, _ in asked]
        raise Failed(f"{len(failed)} of {len(found)} checks fail: {_told(failed, numbers, build)}", _FIX)
    notes = [counted, f"{len(found)} checks pass at {endpoint.url}"]
    if stand_ins:
        notes.append(
            f"{_left_out(len(build.stack.checks) - len(sent))}, since stand-ins answer for {', '.join(stand_ins)}"
        )
    return notes


def sendable(given: Sequence[Check], stand_ins: Sequence[str]) -> list[tuple[int, Check]]:
    """The checks, each with its place in the spec; where stand-ins answer, those that they can answer, without conditions."""
    return [
        (number, _bare(one) if stand_ins else one)
        for number, one in enumerate(given)
        if not stand_ins or _is_plain(one)
    ]


def _is_plain(check: Check) -> bool:
    """What a stand-in can answer: it knows no methods but GET, no status but 200, and nothing of earlier answers."""
    return check.get is not None and check.status == OK and check.sequence is None


def _bare(check: Check) -> Check:
    """Without conditions on what a stand-in does not know."""
    return check.model_copy(update={"headers": {}, "json_values": {}})


def _left_out(count: int) -> str:
    more = f"{count} more {'is' if count == 1 else 'are'} not run, and " if count else ""
    return f"{more}no header or body is compared"


def wait_for_targets(account: Account, balancer: Balancer, seconds: float) -> str:
    """Wait until every target in use is healthy, and every group in use has one."""
    end = time.monotonic() + seconds
    while True:
        balancer.refresh()
        missing, wrong, healthy = _targets(account, balancer)
        if not missing and not wrong:
            return "1 target is healthy" if healthy == 1 else f"{healthy} targets are healthy"
        if time.monotonic() > end:
            raise Failed(_sentence(missing, wrong), "compare port, path and matcher of health.ready with the service.")
        time.sleep(_LOOK_SECONDS)


def ask_targets(balancer: Balancer, seconds: float) -> None:
    """Ask each target itself, until all are healthy, since what a load balancer knows of them is older."""
    end = time.monotonic() + seconds
    while failing := balancer.failing():
        if time.monotonic() > end:
            raise Failed(f"{'; '.join(dict.fromkeys(failing))}.", "read the logs of its tasks.")
        time.sleep(_LOOK_SECONDS)


def _targets(account: Account, balancer: Balancer) -> tuple[list[str], list[Health], int]:
    """Groups without a target, targets that are not healthy, and how many are."""
    missing, wrong, healthy = [], [], 0
    for arn, name in balancer.groups_in_use():
        told = account.ask("elbv2.describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
        states = [
            (str(each["TargetHealth"]["State"]), str(each["TargetHealth"].get("Description", ""))) for each in told
        ]
        wrong += [(name, state, description) for state, description in states if state in _NOT_YET]
        here = sum(state == "healthy" for state, _ in states)
        healthy += here
        if not here:
            missing.append(name)
    return missing, wrong, healthy


def _sentence(missing: list[str], wrong: list[Health]) -> str:
    parts = [f"a target of {name} is {state}: {description}" for name, state, description in dict.fromkeys(wrong)]
    empty = set(missing) - {name for name, _, _ in wrong}
    return "; ".join([*parts, *(f"target group {name} has no target" for name in sorted(empty))]) + "."


def named(endpoint: Endpoint, account: Account, build: Build) -> Endpoint:
    """With the load balancer's own name where the spec has none."""
    if endpoint.url:
        return endpoint
    assert build.graph is not None
    name = name_of(build.graph, f"aws_lb.{endpoint.balancer}")
    (told,) = account.ask("elbv2.describe_load_balancers", Names=[name])["LoadBalancers"]
    port = build.stack.load_balancers[endpoint.balancer].http
    return replace(endpoint, url=f"http://{str(told['DNSName']).lower()}:{port}")


def _told(rows: list[Row], numbers: Sequence[int], build: Build) -> str:
    """Each failed row once, with its line of the spec; `numbers` says which check of the spec each one is."""
    placed = (
        replace(row, path=("checks", numbers[int(row.path[1])])) if row.path[:1] == ("checks",) else row for row in rows
    )
    return "; ".join(f"{row.name}: {', '.join(row.faults)} ({place(row, build)})" for row in placed) + "."
