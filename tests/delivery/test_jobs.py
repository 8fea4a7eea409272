"""A job in the emulated account: what it is started with, what is printed, and how it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from stage3c.delivery.jobs import INTERRUPTED, NEVER_STARTED, TIMED_OUT, Caller, run_job
from stage3c.delivery.running import cluster_of
from stage3c.live.account import Account, LiveError, UsageError

from tests.delivery.deployed import BUCKET, BUILD, KEY, SPEC, Deployed, name_of_family, state_text
from tests.emulator import run_command

pytestmark = pytest.mark.slow

CANARY = "hunter2-canary-Zq81"
FAMILY = name_of_family("job_migrate")
GROUP = "/ecs/agentic-aws/stage3v3/migrate"
TURNS_MAX = 50


@pytest.fixture
def applied(deployed: Deployed) -> Deployed:
    """The job's task definition, its log group, and the output in the state."""
    ecs, ec2, s3 = (deployed.aws.client(each) for each in ("ecs", "ec2", "s3"))
    definition = ecs.register_task_definition(
        family=FAMILY,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="512",
        memory="1024",
        containerDefinitions=[{"name": "migrate", "image": "x", "essential": True}],
    )["taskDefinition"]["taskDefinitionArn"]
    deployed.aws.client("logs").create_log_group(logGroupName=GROUP)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    where = {"subnets": [subnet], "securityGroups": [group_of(deployed)], "assignPublicIp": "DISABLED"}
    value = {
        "cluster": cluster_of(BUILD),
        "taskDefinition": definition,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "networkConfiguration": {"awsvpcConfiguration": where},
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
        "of another version": CANARY,
    }
    body = state_text(3, outputs={"migrate_job": {"value": value}, "other": {"value": CANARY}})
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=body)
    return deployed


def group_of(deployed: Deployed) -> str:
    groups: list[dict[str, str]] = deployed.aws.client("ec2").describe_security_groups()["SecurityGroups"]
    return groups[0]["GroupId"]


def tasks_of(deployed: Deployed) -> list[dict[str, Any]]:
    ecs, cluster = deployed.aws.client("ecs"), cluster_of(BUILD)
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
    ]
    found: list[dict[str, Any]] = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    return [each for each in found if each["taskDefinitionArn"].rpartition("/")[2].startswith(f"{FAMILY}:")]


def write(deployed: Deployed, *lines: str) -> None:
    """Write to the log of the one task of the job, as its container does."""
    (task,) = tasks_of(deployed)
    stream, logs = f"migrate/migrate/{task['taskArn'].rpartition('/')[2]}", deployed.aws.client("logs")
    if not logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)["logStreams"]:
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    rows = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines]
    logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=rows)


def end(deployed: Deployed, code: int | None, reason: str = "", task: str = "") -> None:
    """Tell the end of a task, or beforehand that of the job's tasks, as the agent of ECS does."""
    container = {"containerName": "migrate", **({} if code is None else {"exitCode": code})}
    more = {"reason": reason} if reason else {}
    deployed.aws.client("ecs").submit_task_state_change(
        cluster=cluster_of(BUILD), task=task or FAMILY, status="STOPPED", containers=[container], **more
    )


class Watching:
    """A caller that remembers, and does one thing at each turn."""

    def __init__(self, *turns: Callable[[], Any]) -> None:
        self.lines: list[str] = []
        self.said: list[str] = []
        self.turns = iter(turns)
        self.asked = 0

    def again(self, _minutes: int) -> bool:
        self.asked += 1
        assert self.asked < TURNS_MAX, "the job never ends"
        return next(self.turns, lambda: True)() is not False

    def run(self, deployed: Deployed, *arguments: str) -> int:
        caller = Caller(self.lines.append, self.said.append, self.again)
        return run_job(Account("us-east-1", deployed.aws.url), BUILD, "migrate", arguments, caller)


def test_its_log_is_told_as_it_comes_and_its_exit_code_is_returned(applied: Deployed) -> None:
    def finish() -> None:
        write(applied, "done")
        end(applied, 3, task=tasks_of(applied)[0]["taskArn"])

    caller = Watching(
        lambda: write(applied, "applied 0001.sql", "applied 0002.sql"),
        lambda: caller.lines.append("-"),
        finish,
    )
    assert caller.run(applied) == 3
    assert caller.lines == ["applied 0001.sql", "applied 0002.sql", "-", "done"]
    assert caller.said[0] == "job migrate ended with exit code 3: Essential container in task exited"
    caller = Watching()
    end(applied, 0)
    assert (caller.run(applied), caller.said) == (0, [])


def test_it_runs_where_terraform_has_put_it_with_the_words_that_are_added(applied: Deployed) -> None:
    end(applied, 0)
    assert Watching().run(applied, "--status", "$(reboot)") == 0
    (task,) = tasks_of(applied)
    assert task["overrides"]["containerOverrides"] == [
        {"name": "migrate", "command": ["python", "-m", "app.migrate", "--status", "$(reboot)"]}
    ]
    assert (task["launchType"], task["startedBy"]) == ("FARGATE", "stage3c")
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    assert details["subnetId"] in {each["SubnetId"] for each in applied.aws.client("ec2").describe_subnets()["Subnets"]}


def test_a_task_that_never_starts_is_explained(applied: Deployed) -> None:
    reason = (
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref "
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/agentic-aws/stage3v3/fastapi:v1: not found"
    )
    end(applied, None, reason)
    caller = Watching()
    assert caller.run(applied) == NEVER_STARTED
    assert caller.said[0].startswith("job migrate did not start: CannotPullContainerError")
    assert any(line.startswith("  cause:") for line in caller.said)


def test_a_failure_in_its_log_is_explained(applied: Deployed) -> None:
    caller = Watching(
        lambda: write(applied, 'psycopg.OperationalError: FATAL:  password authentication failed for user "app"'),
        lambda: end(applied, 1, task=tasks_of(applied)[0]["taskArn"]),
    )
    assert caller.run(applied) == 1
    assert any("password" in line.lower() for line in caller.said[1:])


def test_one_that_takes_too_long_is_stopped(applied: Deployed) -> None:
    caller = Watching(lambda: write(applied, "waiting"), lambda: False)
    assert caller.run(applied) == TIMED_OUT
    assert caller.lines == ["waiting"]
    assert caller.said == ["job migrate was stopped after 10 minutes."]
    (task,) = tasks_of(applied)
    assert task["lastStatus"] == "STOPPED"
    assert "timeout_minutes" in task["stoppedReason"]


def test_ctrl_c_stops_it(applied: Deployed) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    caller = Watching(interrupt)
    assert caller.run(applied) == INTERRUPTED
    (task,) = tasks_of(applied)
    assert task["stoppedReason"] == "Ctrl-C in stage3c run"
    assert caller.said == [f"stopped task {task['taskArn'].rpartition('/')[2]} of job migrate"]


def test_what_was_never_applied_is_said_with_the_command(deployed: Deployed) -> None:
    with pytest.raises(LiveError) as refused:
        Watching().run(deployed)
    assert refused.value.cause == "job migrate is not in the state: it was never applied."
    assert refused.value.fix == "terraform -chdir=FOLDER apply -target=aws_ecs_task_definition.job_migrate"
    with pytest.raises(UsageError, match="migrat is not a job"):
        run_job(Account("us-east-1", deployed.aws.url), BUILD, "migrat", (), Caller(print, print, lambda _: True))


def test_no_secret_is_told(applied: Deployed) -> None:
    caller = Watching(
        lambda: write(applied, f"password={CANARY}", f"postgres://app:{CANARY}@db/x failed"),
        lambda: end(applied, 1, f"it said password={CANARY}", tasks_of(applied)[0]["taskArn"]),
    )
    assert caller.run(applied) == 1
    assert len(caller.lines) == 2
    assert CANARY not in repr((caller.lines, caller.said))


@contextmanager
def at_its_first_task(deployed: Deployed, act: Callable[[str], None]) -> Iterator[None]:
    """Do something once the job runs, beside the command."""

    def watch() -> None:
        for _ in range(600):
            found = tasks_of(deployed)
            if found:
                act(found[0]["taskArn"])
                return
            time.sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    thread.join()


def test_the_command_prints_the_log_and_exits_as_the_job_does(applied: Deployed) -> None:
    def act(task: str) -> None:
        write(applied, "applied 0001.sql\x1b[31m")
        end(applied, 7, task=task)

    with at_its_first_task(applied, act):
        done = run_command("run", SPEC, "migrate", "now", aws=applied.aws)
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith("applied 0001.sql")
    assert "\x1b" not in done.stdout
    assert "exit code 7" in done.stderr
    assert tasks_of(applied)[0]["overrides"]["containerOverrides"][0]["command"][-1] == "now"
    done = run_command("run", SPEC, "migrat", "--", "--dry-run", aws=applied.aws)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: migrat is not a job of the spec.")
