"""The jobs that go before a release: each is a task that runs to its end, in the network of the service that it is like."""

import time
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from stage3c.disclosure import masked
from stage3c.live.account import Account
from stage3c.rehearsal.agent.agent import Agent
from stage3c.rehearsal.agent.deployed import Deployed, of_service
from stage3c.rehearsal.agent.explained import LINES_MAX, known
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.agent.task import Task
from stage3c.rehearsal.failure import Failed
from stage3c.resources.jobs import JobHome

_LINES_MAX: Final = 10


def job_of(account: Account, home: JobHome, state: Mapping[str, Any]) -> Deployed:
    """A job with the task definition and the network of its output; `state` is what `terraform show -json` printed.

    It is behind no target group, and the flows that are open to the service it is like are open to it.
    """
    asked = state["values"]["outputs"][home.output]["value"]
    resources = state["values"]["root_module"]["resources"]
    address = f"aws_ecs_service.{home.like}"
    like = next(each["values"]["id"] for each in resources if each["address"] == address)
    (told,) = account.ask("ecs.describe_services", cluster=asked["cluster"], services=[like])["services"]
    own = {"networkConfiguration": asked["networkConfiguration"], "loadBalancers": []}
    found = of_service(account, {**told, **own}, asked["taskDefinition"])
    return replace(found, name=found.family)


def run(agent: Agent, job: Deployed, home: JobHome, place: str) -> str:
    """Run a job to its end and return a note; raises `Failed` where a release would stop. `place` is its line of the spec."""
    began = time.monotonic()
    try:
        task = agent.start(job)
    except Stopped as stopped:
        raise stopped.failed(f"job {home.name}", place) from None
    try:
        has_ended = task.wait(home.timeout_minutes * 60, ended=True) == "STOPPED"
        code = task.exit_codes.get(home.container)
    finally:
        agent.stop(task)
    if has_ended and code == 0:
        return f"job {home.name}: exit code 0 after {time.monotonic() - began:.1f} s"
    said = f"ended with exit code {code}" if code is not None else f"ended: {task.reason.rstrip('.')}"
    outcome = said if has_ended else f"was stopped after {home.timeout_minutes} minutes, its timeout_minutes"
    raise Failed(
        _cause(f"job {home.name} {outcome} ({place}).", task), f"read its log in {task.log_of(home.container)}."
    )


def _cause(sentence: str, task: Task) -> str:
    """With the flow that is blocked, and the end of the log."""
    blocked = f" {task.blocked[0]}." if task.blocked else ""
    lines = [masked(line) for line in task.last_lines(_LINES_MAX)]
    return "\n".join([f"{sentence}{blocked}{known(task.last_lines(LINES_MAX))}", *lines])
