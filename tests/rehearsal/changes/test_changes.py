"""A deployed service is scaled, deployed anew, and deployed badly while requests go on: none fails, or it is said which."""

import re
import time
from pathlib import Path

import pytest
from stage3c.rehearsal.agent.room import has_namespaces
from stage3c.rehearsal.agent.scheduler import Held, Scheduler
from stage3c.rehearsal.failure import Failed

from tests.emulator import Emulator
from tests.rehearsal.changes.changing import SERVER, changing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_namespaces(), reason="tasks run in namespaces of their own"),
]
COUNTED = r"[0-9]+ requests, none failed"


def test_every_change_goes_by_without_a_failed_request(aws: Emulator, tmp_path: Path) -> None:
    with changing(aws, tmp_path) as made:
        before, service = made.scheduler.arns(), made.service
        (scaled,) = made.changes.scale()
        assert re.fullmatch(rf"api: 2 to 3 tasks and back, {COUNTED}", scaled)
        assert len(made.scheduler.arns()) == 2
        (rolled,) = made.changes.roll_out()
        assert re.fullmatch(rf"api: 2 tasks replaced, {COUNTED}", rolled)
        assert made.scheduler.arns().isdisjoint(before)
        (back,) = made.changes.roll_back()
        assert re.fullmatch(rf"api: [34] tasks failed, rolled back to shop-api:2, {COUNTED}", back)
        after = made.service
        assert (after["taskDefinition"], after["desiredCount"]) == (service["taskDefinition"], 2)
        assert [each["rolloutState"] for each in after["deployments"]] == ["COMPLETED"]
        assert {each.reason for each in made.scheduler.ends} == {"Task failed container health checks"}
        ecs = aws.client("ecs")
        assert ecs.describe_task_definition(taskDefinition="shop-api:3")["taskDefinition"]["status"] == "INACTIVE"
        assert any("rolling back to deployment" in each["message"] for each in after["events"])
        log = (made.shop.logs / "scheduler.log").read_text()
        assert len(re.findall(r"^ *[0-9.]+ s  task [0-9a-f]{8} of api (starts|is stopped)$", log, re.MULTILINE)) >= 18


def test_a_task_that_is_stopped_before_it_has_left_its_target_group_loses_requests(
    aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(scheduler: Scheduler, each: Held) -> None:
        leaving, each.task.leaving[:] = each.task.leaving[:], []
        scheduler._agent.stop(each.task)  # noqa: SLF001 - what is broken here
        end = time.monotonic() + 60
        while time.monotonic() < end and not re.search(r"\b502\b", (tmp_path / "requests.log").read_text()):
            time.sleep(0.02)
        for leave in leaving:
            leave()

    def stop_at_once(scheduler: Scheduler, each: Held) -> None:
        each.is_leaving = True
        each.ending = scheduler._stops.submit(stop, scheduler, each)  # noqa: SLF001 - likewise
        scheduler._note(each.service, f"{each.name} is stopped")  # noqa: SLF001 - likewise

    with changing(aws, tmp_path) as made:
        monkeypatch.setattr(Scheduler, "_take_out", stop_at_once)
        said = r"a rolling deployment of api: [0-9]+ of [0-9]+ requests? fails?; the first, GET /(shop)? "
        after = r"[0-9.]+ s after the start, [0-9.]+ s after this: task [0-9a-f]{8} of api is stopped\."
        with pytest.raises(Failed, match=rf"^{said}\(status is 502\), {after}$"):
            made.changes.roll_out()


def test_requests_that_take_longer_than_the_deregistration_delay_are_lost(aws: Emulator, tmp_path: Path) -> None:
    with changing(aws, tmp_path, SECONDS="2") as made:
        told = [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]
        aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=made.shop.shop.target_group, Attributes=told)
        made.balancer.refresh()
        with pytest.raises(Failed, match=r"a rolling deployment of api: .* requests? fails?; the first, GET /shop "):
            made.changes.roll_out()


def test_where_a_deployment_may_stop_every_task_lost_requests_are_told(aws: Emulator, tmp_path: Path) -> None:
    with changing(aws, tmp_path) as made:
        told = {"minimumHealthyPercent": 0, "maximumPercent": 100}
        aws.client("ecs").update_service(cluster="shop", service="api", deploymentConfiguration=told)
        (note,) = made.changes.roll_out()
        assert re.match(r"api: a rolling deployment of api: [0-9]+ of [0-9]+ requests fail; the first, GET /", note)
        assert note.endswith(" A deployment may stop every task, since minimum_healthy_percent is 0")
        assert made.service["runningCount"] == 2


def test_a_deployment_that_does_not_come_up_is_told_with_what_happened_to_its_tasks(
    aws: Emulator, tmp_path: Path
) -> None:
    with changing(aws, tmp_path) as made:
        source = tmp_path / "logs"
        assert source.is_dir()
        definition = made.service["taskDefinition"]
        (folder,) = made.shop.databases._running.work.glob("*/api")  # noqa: SLF001 - the copy that runs
        (folder / "server.py").write_text(SERVER.replace("import os", "raise SystemExit('no')\nimport os"))
        said = r"a deployment of api is .*task [0-9a-f]{8} of api fails: Essential container in task exited \(api exits"
        with pytest.raises(Failed, match=said):
            made.changes.roll_out()
        assert made.service["taskDefinition"] == definition
        assert made.service["runningCount"] == 2
