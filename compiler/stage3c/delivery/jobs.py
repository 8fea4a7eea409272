"""Runs a job: starts its task, passes its log on line by line, and returns its exit code.

Where it runs is what Terraform has applied, as the output of the job in the state says. Nothing here reads a clock: the
caller pauses between two polls, and says when it has taken too long.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from stage3c.aws.kinds.kind import Aws, Refused, Unanswered
from stage3c.delivery.explanations import as_text
from stage3c.delivery.known_failures import explain
from stage3c.delivery.running import known
from stage3c.disclosure import masked
from stage3c.live.account import Account, LiveError
from stage3c.live.state import output_of
from stage3c.pipeline import Build
from stage3c.resources.jobs import JobHome, job_homes

NEVER_STARTED: Final = 125
"""The exit code where no container ran, as that of `docker run`."""
TIMED_OUT: Final = 124
"""The exit code of a job that took too long, as that of `timeout`."""
INTERRUPTED: Final = 130
"""The exit code after Ctrl-C, as that of a shell."""
_INPUT: Final = (
    "cluster", "taskDefinition", "launchType", "platformVersion", "networkConfiguration", "propagateTags",
    "enableECSManagedTags",
)  # fmt: skip
_LAST_READS_MAX: Final = 3
_KEPT_MAX: Final = 200
_LINE_MAX_CHARS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who runs a job: takes the lines of its log, and what is said about it, and knows the time."""

    log: Callable[[str], None]
    say: Callable[[str], None]
    again: Callable[[int], bool]
    """Pauses between two questions, and says False once so many minutes have gone by since the job was started."""


def run_job(account: Account, build: Build, name: str, arguments: Sequence[str], caller: Caller) -> int:
    """Run a job to its end and return its exit code; one that takes too long is stopped, and so it is by Ctrl-C."""
    homes = {home.name: home for home in job_homes(build.stack)}
    known(name, homes, "job")
    home = homes[name]
    running = _Running(account, home, *_started(account, build, home, arguments))
    try:
        in_time = _follow_or_stop(running, caller)
    except Unanswered as reason:
        raise LiveError(f"{reason}, and task {running.task_id} may still run.", _stopping(running, build)) from None
    return INTERRUPTED if in_time is None else _outcome(running, build, caller.say, in_time=in_time)


@dataclass
class _Running:
    """A task that was started: what AWS last said of it, how far its log was read, and the last lines of that."""

    aws: Aws
    home: JobHome
    cluster: str
    arn: str
    told: Any = field(default_factory=dict)
    place: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def task_id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def has_ended(self) -> bool:
        """Whether ECS says that it is stopped."""
        return bool(self.told.get("lastStatus") == "STOPPED")


def _started(account: Account, build: Build, home: JobHome, arguments: Sequence[str]) -> tuple[str, str]:
    """Start the task: the name of its cluster, and its ARN."""
    applied = output_of(account, build.stack, home.output)
    fix = f"terraform -chdir=FOLDER apply -target={home.address}"
    if not isinstance(applied, dict) or not {"cluster", "taskDefinition", "networkConfiguration"} <= applied.keys():
        raise LiveError(f"job {home.name} is not in the state: it was never applied.", fix)
    asked = {name: applied[name] for name in _INPUT if name in applied}
    if arguments:
        command = [*build.stack.jobs[home.name].command, *arguments]
        asked["overrides"] = {"containerOverrides": [{"name": home.container, "command": command}]}
    try:
        answer = account.ask("ecs.run_task", **asked, count=1, startedBy="stage3c")
    except Refused as refused:
        if refused.is_denied:
            raise
        raise LiveError(f"ECS does not start job {home.name} ({refused.code}).", fix) from None
    tasks = answer.get("tasks") or []
    for failure in answer.get("failures") or ([] if tasks else [{"reason": "no reason is given"}]):
        cause = f"ECS does not start job {home.name}: {masked(str(failure.get('reason')))}."
        raise LiveError(cause, "try again; if it still fails, run stage3c preflight SPEC.")
    return str(applied["cluster"]), str(tasks[0]["taskArn"])


def _follow_or_stop(running: _Running, caller: Caller) -> bool | None:
    """As `_follow`; None after Ctrl-C, which stops the task."""
    try:
        return _follow(running, caller)
    except KeyboardInterrupt:
        _stop(running, "Ctrl-C in stage3c run")
        caller.say(f"stopped task {running.task_id} of job {running.home.name}")
        return None


def _follow(running: _Running, caller: Caller) -> bool:
    """Pass the log on until the task has ended; False if it had to be stopped."""
    in_time = True
    while not running.has_ended:
        if running.told and not caller.again(running.home.timeout_minutes):
            in_time = False
            _stop(running, "stage3c: the job ran longer than its timeout_minutes")
        asked = {"cluster": running.cluster, "tasks": [running.arn]}
        running.told = next(iter(running.aws.ask("ecs.describe_tasks", **asked)["tasks"]), {"lastStatus": "STOPPED"})
        _read(running, caller.log)
        if not in_time:
            break
    for _ in range(_LAST_READS_MAX):  # the last lines may come after the end
        if not _read(running, caller.log) or not caller.again(running.home.timeout_minutes):
            break
    return in_time


def _read(running: _Running, tell: Callable[[str], None]) -> bool:
    """Pass on what is new in the log; whether anything was."""
    found = False
    while events := list(_events(running)):
        found = True
        for event in events:
            line = masked(str(event["message"])[:_LINE_MAX_CHARS].rstrip())
            running.lines = [*running.lines[1 - _KEPT_MAX :], line]
            tell(line)
    return found


def _events(running: _Running) -> Iterator[Any]:
    stream = f"{running.home.stream_prefix}/{running.task_id}"
    more = {"nextToken": running.place} if running.place else {}
    where = {"logGroupName": running.home.log_group, "logStreamName": stream}
    try:
        answer = running.aws.ask("logs.get_log_events", **where, startFromHead=True, **more)
    except Refused as refused:
        if refused.code == "ResourceNotFoundException":  # nothing is logged yet
            return
        raise
    running.place = str(answer.get("nextForwardToken") or "")
    yield from answer["events"]


def _stop(running: _Running, reason: str) -> None:
    running.aws.ask("ecs.stop_task", cluster=running.cluster, task=running.arn, reason=reason)


def _stopping(running: _Running, build: Build) -> str:
    return f"aws ecs stop-task --region {build.stack.region} --cluster {running.cluster} --task {running.task_id}"


def _outcome(running: _Running, build: Build, say: Callable[[str], None], *, in_time: bool) -> int:
    """The exit code, after saying why it is not 0."""
    if not in_time:
        say(f"job {running.home.name} was stopped after {running.home.timeout_minutes} minutes.")
        return TIMED_OUT
    own = [each for each in running.told.get("containers") or () if each.get("name") == running.home.container]
    code = next((each["exitCode"] for each in own if each.get("exitCode") is not None), None)
    if code == 0:
        return 0
    reasons = [str(running.told.get("stoppedReason") or ""), *(str(each.get("reason") or "") for each in own)]
    why = masked("; ".join(dict.fromkeys(filter(None, reasons)))) or "no reason is given"
    say(f"job {running.home.name} {'did not start' if code is None else f'ended with exit code {code}'}: {why}")
    for line in as_text(explain("\n\n".join([*filter(None, reasons), *running.lines])), build).splitlines():
        say(line)
    return NEVER_STARTED if code is None else int(code)
