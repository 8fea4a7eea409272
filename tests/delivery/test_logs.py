"""Logs of a deployed service, as a user reads them."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
import typer
import typer.main
from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.completion import complete_assignments, complete_databases, complete_logged, complete_services
from stage3c.cli.main import application
from stage3c.delivery.logs import events, group_of, reports_an_error, since_ms
from stage3c.live.account import Account, LiveError, UsageError

from tests.delivery.deployed import BUILD, SPEC, Deployed, log_group
from tests.emulator import Emulator, run_command

pytestmark = pytest.mark.slow

CANARY = "hunter2-canary-Zq81"


def now_ms() -> int:
    return int(time.time() * 1000)


def test_lines_are_printed_in_order_with_their_task(deployed: Deployed) -> None:
    now = now_ms()
    deployed.log("nodejs", (now - 7_200_000, "too old"), (now - 60_000, "one"), (now - 50_000, "two\nthree\x1b[31m"))
    done = run_command("logs", SPEC, "nodejs", aws=deployed.aws)
    assert done.returncode == 0, done.stderr
    assert [line.split(maxsplit=2)[2] for line in done.stdout.splitlines()[:2]] == ["0a1b one", "0a1b two"]
    assert "too old" not in done.stdout
    assert "\x1b" not in done.stdout
    assert "too old" in run_command("logs", SPEC, "nodejs", "--since", "1d", aws=deployed.aws).stdout


def test_all_pages_are_read(deployed: Deployed) -> None:
    now = now_ms()
    deployed.log("nodejs", *((now - 60_000 + number, f"line {number}") for number in range(250)))
    aws = Account("us-east-1", deployed.aws.url)

    class Paged:
        """The same account with pages of 100."""

        def all(self, call: str, members: str, /, **parameters: Any) -> Any:
            return aws.all(call, members, **parameters, PaginationConfig={"PageSize": 100})

    found = [event.line for event in events(Paged(), log_group("nodejs"), now - 120_000)]  # type: ignore[arg-type] # enough of one
    assert found == [f"line {number}" for number in range(250)]


def test_only_errors_are_printed(deployed: Deployed) -> None:
    now = now_ms()
    lines = ['{"level":"INFO","message":"no error"}', '{"level":"ERROR","message":"bad"}', "ValueError: x", "fine"]
    deployed.log("fastapi", *((now - 60_000 + number, line) for number, line in enumerate(lines)))
    done = run_command("logs", SPEC, "fastapi", "--errors", aws=deployed.aws)
    assert [line.split(maxsplit=3)[3] for line in done.stdout.splitlines()] == lines[1:3]
    done = run_command("logs", SPEC, "nodejs", "--errors", aws=deployed.aws)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no errors in the last 1h\n")


def test_no_secret_is_printed(deployed: Deployed) -> None:
    secrets = [
        f"password={CANARY}",
        f'{{"level":"error","db_password":"{CANARY}","x":1}}',
        f"postgres://app:{CANARY}@db:5432/x failed",
        f"Authorization: Bearer {CANARY}",
        f"DB_PASSWORD: {CANARY}",
    ]
    deployed.log("nodejs", *((now_ms() - 60_000, line) for line in secrets))
    done = run_command("logs", SPEC, "nodejs", aws=deployed.aws)
    assert len(done.stdout.splitlines()) == len(secrets)
    assert CANARY not in done.stdout + done.stderr
    assert "***" in done.stdout


def test_following_goes_on_with_what_is_new_and_repeats_nothing(deployed: Deployed) -> None:
    now = now_ms()
    deployed.log("nodejs", (now - 2_000, "one"))
    turns = iter([[(now - 1_000, "two")], [], [(now - 1_500, "late"), (now, "three")]])

    def again() -> bool:
        more = next(turns, None)
        if more:
            deployed.log("nodejs", *more)
        return more is not None

    aws = Account("us-east-1", deployed.aws.url)
    found = [event.line for event in events(aws, log_group("nodejs"), now - 60_000, again)]
    assert found == ["one", "two", "late", "three"]


@pytest.mark.parametrize(
    ("service", "since", "code", "said"),
    [
        ("nodjs", "1h", 2, "use nodejs."),
        ("nodejs", "1 hour", 2, "is not a duration"),
        ("nodejs", "0s", 2, "is not a duration"),
    ],
)
def test_a_slip_is_explained(deployed: Deployed, service: str, since: str, code: int, said: str) -> None:
    done = run_command("logs", SPEC, service, "--since", since, aws=deployed.aws)
    assert done.returncode == code
    assert said in done.stderr


def test_a_log_that_does_not_exist_and_one_that_cannot_be_read(aws: Emulator) -> None:
    done = run_command("logs", SPEC, "nodejs", aws=aws)
    assert done.returncode == 3
    assert "does not exist" in done.stderr
    assert "terraform -chdir=generated/stage3v3 apply" in done.stderr

    class Silent:
        """An account that answers nothing."""

        def all(self, *_: Any, **__: Any) -> Any:
            msg = "AWS does not answer"
            raise Unanswered(msg)

    with pytest.raises(Unanswered):
        next(events(Silent(), "x", 0))  # type: ignore[arg-type] # enough of one


@pytest.mark.parametrize(
    ("line", "is_error"),
    [
        ('{"level": 50}', True),
        ('{"level": 30, "error": null}', False),
        ('{"severity": "Critical"}', True),
        ('{"message": "error"}', True),
        ("{not json error", True),
        ("GET /errors 200", False),
        ("java.lang.NullPointerException: x", True),
        ("[ERROR] x", True),
        ("{" * 10_000, False),
    ],
)
def test_errors_are_told_by_level_or_by_word(line: str, is_error: bool) -> None:  # noqa: FBT001 - a row
    assert reports_an_error(line) == is_error


def test_a_job_has_a_log_too(deployed: Deployed) -> None:
    deployed.aws.client("logs").create_log_group(logGroupName=group_of(BUILD, "migrate"))
    deployed.log("migrate", (now_ms() - 60_000, "applied 0001"))
    done = run_command("logs", SPEC, "migrate", aws=deployed.aws)
    assert "applied 0001" in done.stdout


def test_durations() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    assert int(now.timestamp()) * 1000 - since_ms("2d", now) == 2 * 86_400_000
    with pytest.raises(UsageError):
        since_ms("h", now)
    with pytest.raises(LiveError):
        group_of(BUILD, "nothing")


def test_the_shell_completes_what_the_spec_has() -> None:
    context = typer.Context(typer.main.get_command(application()))
    context.params["spec"] = SPEC
    assert complete_services(context, "n") == ["nodejs"]
    assert complete_assignments(context, "") == ["fastapi=", "nodejs="]
    assert complete_logged(context, "") == ["fastapi", "nodejs", "migrate"]
    assert complete_databases(context, "") == ["main"]
    context.params["spec"] = "missing.yaml"
    assert complete_services(context, "") == []
