"""How a deployed stack is: the screen as a golden, and the questions against an emulated account."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Refused
from stage3c.delivery.status import (
    Alarm,
    Alarms,
    Cell,
    Certificate,
    Deployment,
    Running,
    Secret,
    ServiceStatus,
    Status,
    Stored,
    status_of,
)
from stage3c.delivery.status_screen import age, as_json, as_text, cells
from stage3c.live.account import Account, Client

from tests.conftest import ROOT
from tests.delivery.deployed import BUCKET, BUILD, CANARY, KEY, SPEC, Deployed
from tests.emulator import Emulator, run_command
from tests.golden import hold

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


LOUD = (
    Alarm("shop-prod-api-5xx", "ALARM", NOW - timedelta(hours=2)),
    Alarm("shop-prod-web-cpu", "INSUFFICIENT_DATA", None),
)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def service(key: str, *going: Deployment, running: int = 2) -> ServiceStatus:
    ended = (
        Deployment("Ab1", "SUCCESSFUL", ago(days=3)),
        Deployment("Ab0", "ROLLBACK_SUCCESSFUL", ago(days=9), "no task started"),
    )
    return ServiceStatus(
        key,
        Cell(Running(f"shop-{key}:7", ago(days=3), 2, running, going)),
        Cell(f"1.dkr.ecr.eu-west-1.amazonaws.com/shop/prod/{key}:v7"),
        Cell({"healthy": running, "initial": 2 - running} if running < 2 else {"healthy": 2}),
        Cell(ended),
    )  # fmt: skip


def whole() -> Status:
    return Status(
        "shop-prod",
        "eu-west-1",
        NOW,
        (
            service("web", Deployment("ecs-svc/1", "COMPLETED", ago(days=3))),
            service("api", Deployment("ecs-svc/2", "IN_PROGRESS", ago(minutes=5), "ECS deployment in progress."), running=1),
            ServiceStatus("cron", Cell(), Cell(), Cell(), Cell()),
            ServiceStatus("mail", *[Cell(unknown="DescribeServices returned AccessDeniedException")] * 4),
        ),
        Cell(Alarms(15, 14, LOUD)),
        {"public": Cell(Certificate("ISSUED", NOW + timedelta(days=61))), "admin": Cell()},
        {"stripe": Cell(Secret(ago(days=200), has_value=True)), "mail": Cell(Secret(ago(days=1), has_value=False))},
        Cell(Stored(14, ago(days=3), 120_345)),
        Cell("ann@laptop has held the state since 2026-11-28T07:00:00Z for OperationTypeApply."),
    )  # fmt: skip


def test_the_screen_is_the_golden_one(update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    hold(ROOT / "tests" / "delivery" / "status.txt", as_text(whole()), update=update_golden)


def test_the_screen_fits_and_json_has_every_cell() -> None:
    assert max(map(len, as_text(whole()).splitlines())) <= 120
    told = json.loads(as_json(whole()))
    assert told["services"][1]["service"]["value"]["running"] == 1
    assert told["services"][3]["image"]["unknown"] == "DescribeServices returned AccessDeniedException"
    assert told["state"]["value"]["serial"] == 14
    assert told["at"] == "2026-11-28T08:00:00+00:00"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d"), (-5, "0 s")],
)
def test_ages_are_short(seconds: int, told: str) -> None:
    assert age(ago(seconds=seconds), NOW) == told
    assert age(None, NOW) == "-"


def test_a_deployed_stack_is_shown(deployed: Deployed) -> None:
    done = run_command("status", SPEC, aws=deployed.aws)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["fastapi", "fastapi:v1", "1"] in [row[:3] for row in rows]
    assert any(row[:1] == ["alarms"] and row[1] == "1" and row[4:6] == ["ok,", str(int(row[3]) - 2)] for row in rows)
    assert any(row[:4] == ["state", "serial", "2,", "written"] for row in rows)
    assert ["lock", "free"] in rows
    assert CANARY not in done.stdout + done.stderr


def test_an_account_with_nothing_is_shown(aws: Emulator) -> None:
    done = run_command("status", SPEC, "--json", aws=aws)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {each["service"]["value"] for each in told["services"]} == {None}
    assert [cell["unknown"] for cell in (told["state"], told["lock"], told["alarms"])] == ["", "", ""]


def test_without_credentials_nothing_is_shown() -> None:
    done = run_command("status", SPEC, aws=None)
    assert done.returncode == 3
    assert "no AWS credentials" in done.stderr
    assert done.stdout == ""


class Failing(Client):
    """A client of which one operation fails; remembers which there were."""

    failing = ""
    asked: set[str] = set()  # noqa: RUF012 - shared on purpose

    def __getattr__(self, operation: str) -> Any:
        return self._or_fail(operation, super().__getattr__(operation))

    def pages(self, operation: str, members: str, **parameters: Any) -> Any:
        return self._or_fail(operation, super().pages)(operation, members, **parameters)

    def _or_fail(self, operation: str, ask: Any) -> Any:
        def refuse(*_: Any, **__: Any) -> Any:
            raise Refused(operation, "AccessDeniedException")

        type(self).asked.add(operation)
        return refuse if operation == type(self).failing else ask


def test_whichever_call_fails_only_its_cells_are_unknown(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stage3c.live.account.Client", Failing)

    def asked(failing: str) -> Status:
        Failing.failing = failing
        return status_of(Account("us-east-1", deployed.aws.url), BUILD, NOW)

    usual = {cell.unknown for cell in cells(asked(""))}
    operations = Failing.asked - {"meta"}
    assert len(operations) >= 10
    for operation in operations - {"list_service_deployments"}:
        status = asked(operation)
        unknown = {cell.unknown for cell in cells(status)} - usual
        assert unknown == {f"{operation} returned AccessDeniedException"}, operation
        assert f"unknown: {operation} returned" in as_text(status)
        assert sum(bool(cell.unknown) for cell in cells(status)) < len(list(cells(status)))


def test_a_lock_and_a_broken_state_are_shown(deployed: Deployed) -> None:
    lock = json.dumps({"ID": "1", "Who": "ann@laptop", "Operation": "apply", "Created": "today"})
    deployed.aws.client("s3").put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=lock.encode())
    deployed.aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"")
    done = run_command("status", SPEC, aws=deployed.aws)
    assert done.returncode == 0
    assert "ann@laptop has held the state" in done.stdout
    assert "the state in the bucket is empty" in done.stdout
