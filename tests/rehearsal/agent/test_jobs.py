"""Jobs run to their end as tasks of the account, and stop a rehearsal where they would stop a release."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from stage3c.live.account import Account
from stage3c.rehearsal.agent.deployed import Deployed
from stage3c.rehearsal.agent.jobs import job_of, run
from stage3c.rehearsal.agent.room import has_namespaces
from stage3c.rehearsal.failure import Failed
from stage3c.resources.jobs import JobHome

from tests.emulator import REGION, Emulator
from tests.rehearsal.agent.running import Running, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("agent"),
    pytest.mark.skipif(not has_namespaces(), reason="this machine gives no namespaces"),
]
HOME = JobHome(
    name="migrate",
    like="api",
    is_before_release=True,
    timeout_minutes=1,
    output="migrate_job",
    address="aws_ecs_task_definition.job_migrate",
    container="migrate",
    log_group="/shop",
    stream_prefix="migrate/migrate",
)
SUCCEEDS = "import os; print('for', os.environ['DB_HOST'])"
FAILS = "import os, sys; print('first'); sys.stdout.flush(); sys.exit('no ' + os.environ['TOKEN'])"


def job(shop: Running, code: str) -> Deployed:
    shop.shop.job("migrate", ["python", "-c", code])
    return job_of(Account(REGION, shop.shop.aws.url), HOME, shop.shop.document)


def logged(shop: Running) -> list[str]:
    logs = shop.shop.aws.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/shop", logStreamNamePrefix="migrate/migrate/")["logStreams"]
    events = logs.get_log_events(logGroupName="/shop", logStreamName=stream["logStreamName"])["events"]
    return [str(each["message"]) for each in events]


def test_a_job_that_succeeds_is_noted_and_logged_and_takes_no_requests(aws: Emulator, tmp_path: Path) -> None:
    with running(aws, tmp_path) as shop:
        note = run(shop.agent, job(shop, SUCCEEDS), HOME, "shop.yaml:7")
        assert re.fullmatch(r"job migrate: exit code 0 after [0-9.]+ s", note)
        assert logged(shop) == [f"for {shop.shop.host}"]
        (log,) = shop.logs.glob("shop-migrate-migrate-*.log")
        assert log.read_text() == f"for {shop.shop.host}\n"
        group = shop.shop.target_group
        assert aws.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"] == []
        assert shop.agent.tasks == []


def test_a_job_that_fails_says_where_and_how_without_a_secret(aws: Emulator, tmp_path: Path) -> None:
    with running(aws, tmp_path) as shop:
        with pytest.raises(Failed) as found:
            run(shop.agent, job(shop, FAILS), HOME, "shop.yaml:7")
        first, *log = found.value.cause.splitlines()
        assert first == "job migrate ended with exit code 1 (shop.yaml:7)."
        assert log == ["first", "no ***"]
        assert str(next(shop.logs.glob("shop-migrate-migrate-*.log"))) in found.value.fix
        assert shop.agent.tasks == []


@pytest.mark.parametrize(
    ("code", "minutes", "said"),
    [
        ("import time; time.sleep(600)", 0, "was stopped after 0 minutes, its timeout_minutes"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 1, "ended with exit code 137"),
    ],
    ids=["it does not end", "it is killed"],
)
def test_a_job_that_does_not_end_by_itself_fails(
    aws: Emulator, tmp_path: Path, code: str, minutes: int, said: str
) -> None:
    home = replace(HOME, timeout_minutes=minutes)
    with running(aws, tmp_path) as shop:
        with pytest.raises(Failed, match=f"job migrate {said}"):
            run(shop.agent, job(shop, code), home, "shop.yaml:7")
        assert shop.agent.tasks == []


def test_a_job_that_ecs_would_not_start_says_why(aws: Emulator, tmp_path: Path) -> None:
    with running(aws, tmp_path) as shop:
        shop.shop.job("migrate", ["python", "-c", SUCCEEDS])
        aws.client("iam").delete_role_policy(RoleName="execution", PolicyName="start")
        found = job_of(Account(REGION, aws.url), HOME, shop.shop.document)
        with pytest.raises(Failed, match=r"job migrate stops with ResourceInitializationError.*secretsmanager"):
            run(shop.agent, found, HOME, "shop.yaml:7")
