"""How a job ends where its reader, or AWS, does not."""

import os
import subprocess
import sys
from typing import Any, cast

import pytest
from stage3c.aws.kinds.kind import Unanswered
from stage3c.delivery import jobs
from stage3c.delivery.jobs import Caller, run_job
from stage3c.live.account import Account, LiveError

from tests.delivery.deployed import BUILD

READERLESS = """\
import sys
from stage3c.cli.jobs import run_here
from stage3c.delivery import jobs
from tests.delivery.deployed import BUILD

def run_job(account, build, job, arguments, caller):
    for number in range(3):
        caller.log(f"line {number}")
    return 7

jobs.run_job = run_job
sys.exit(run_here(None, BUILD, "migrate"))
"""
APPLIED = {"cluster": "shop", "taskDefinition": "shop:1", "networkConfiguration": {}}


def test_a_closed_pipe_does_not_change_the_exit_code() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", READERLESS], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode == 7, done.stderr.decode()


def run(monkeypatch: pytest.MonkeyPatch, started: Any) -> LiveError:
    """The error of a job that Ctrl-C interrupts and that AWS does not stop."""

    class Ecs:
        def ask(self, call: str, **_: Any) -> Any:
            if call == "ecs.run_task":
                return started
            if call == "ecs.describe_tasks":
                raise KeyboardInterrupt
            raise Unanswered("AWS does not answer")

    monkeypatch.setattr(jobs, "output_of", lambda *_: APPLIED)
    with pytest.raises(LiveError) as error:
        run_job(cast("Account", Ecs()), BUILD, "migrate", (), Caller(print, print, lambda _: True))
    return error.value


def test_a_task_that_could_not_be_stopped_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    error = run(monkeypatch, {"tasks": [{"taskArn": "arn:aws:ecs:us-east-1:1:task/shop/0a1b"}], "failures": []})
    assert "task 0a1b may still run" in error.cause
    assert error.fix.startswith("aws ecs stop-task --region us-east-1 --cluster shop")


def test_an_answer_without_a_task_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ECS does not start job migrate" in run(monkeypatch, {"tasks": [], "failures": []}).cause
