"""The steps of a release with a Terraform that only writes down what it is asked to do."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from stage3c.delivery import images, release
from stage3c.delivery.jobs import INTERRUPTED
from stage3c.delivery.release import Release, Talk
from stage3c.delivery.settling import Settled
from stage3c.live.account import Account, FindingError
from stage3c.pipeline import Build

from tests.delivery.deployed import BUILD
from tests.delivery.test_planning import plan

OLD, NEW = "aws_ecs_service.old", "aws_ecs_service.nodejs"


class UnconfirmedError(Exception):
    """Nobody confirms."""


class Written:
    """Stands for Terraform."""

    def __init__(self, addresses: Sequence[str], planned: Mapping[str, Any]) -> None:
        self.there, self.planned = frozenset(addresses), planned
        self.done: list[str] = []

    def init(self) -> None:
        """Do nothing."""

    def addresses(self) -> frozenset[str]:
        return self.there

    def settle_moves(self) -> None:
        self.done.append("moves")

    def plan(self, _into: Path, _targets: Sequence[str] = ()) -> Mapping[str, Any]:
        return self.planned

    def apply(self, _plan: Path) -> None:
        self.done.append("apply")


def made(monkeypatch: pytest.MonkeyPatch, build: Build, written: Written, *services: str) -> tuple[Release, list[str]]:
    """A release of services that nobody confirms, and what it asks."""
    asked: list[str] = []

    def confirm(lines: Sequence[str]) -> None:
        asked.extend(lines)
        raise UnconfirmedError

    monkeypatch.setattr(release, "Terraform", lambda *_: written)
    talk = Talk(lambda _: None, confirm, lambda: lambda _: True)
    return Release(Account("us-east-1"), build, Path(), services, talk, dry_run=False), asked


def step(work: Release, name: str) -> list[str]:
    return next(each for each in work.steps() if each.name == name).do()


def test_moves_are_asked_for_before_they_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BUILD.graph is not None
    build = replace(BUILD, graph=replace(BUILD.graph, moved=((OLD, NEW),)))
    written = Written([OLD], plan())
    work, asked = made(monkeypatch, build, written)
    with pytest.raises(UnconfirmedError):
        step(work, "prepare")
    assert asked[1:] == [f"{OLD} to {NEW}"]
    assert written.done == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"change": {"actions": ["forget"]}}, "forget aws_vpc.main"),
        ({"change": {"actions": ["no-op"], "importing": {"id": "vpc-1"}}}, "import aws_vpc.main"),
        ({"change": {"actions": ["no-op"]}, "previous_address": "aws_vpc.old"}, "move aws_vpc.main"),
    ],
)
def test_what_changes_only_the_state_is_asked_for(
    change: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"address": "aws_vpc.main", "type": "aws_vpc", "mode": "managed", **change}
    written = Written([], {"resource_changes": [row]})
    work, asked = made(monkeypatch, BUILD, written)
    with pytest.raises(UnconfirmedError):
        step(work, "apply")
    assert asked == [f"1 to {told.partition(' ')[0]}", told]
    assert written.done == []


def test_a_plan_without_changes_is_applied_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written([], plan(("aws_vpc.main", ["no-op"])))
    work, asked = made(monkeypatch, BUILD, written)
    assert step(work, "apply") == ["no changes"]
    assert (asked, written.done) == ([], ["apply"])


def test_ctrl_c_in_a_job_ends_the_release_as_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "run_job", lambda *_: INTERRUPTED)
    work, _ = made(monkeypatch, BUILD, Written([], plan()))
    with pytest.raises(KeyboardInterrupt):
        step(work, "jobs")


def test_another_service_is_not_deployed_without_its_image(monkeypatch: pytest.MonkeyPatch) -> None:
    pushed = {"nodejs"}
    monkeypatch.setattr(images, "digest_of", lambda _, image: "sha256:1" if image.service in pushed else "")
    work, _ = made(monkeypatch, BUILD, Written([], plan()), "nodejs")
    with pytest.raises(FindingError, match=r"services\.fastapi is not released") as refused:
        step(work, "images")
    assert "add --service fastapi" in refused.value.fix
    pushed.add("fastapi")
    assert len(step(work, "images")) == 1


@pytest.mark.parametrize(("before", "replaced"), [("", []), ("ecs-svc/1", ["nodejs"]), ("ecs-svc/2", [])])
def test_only_what_replaced_a_deployment_can_go_back(
    before: str, replaced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deployed(deployment: str) -> dict[str, Any]:
        return {
            "taskDefinition": "shop:2",
            "deployments": [{"id": deployment, "status": "PRIMARY"}] if deployment else [],
        }

    states = iter([deployed(before), deployed("ecs-svc/2")])
    monkeypatch.setattr(release, "described", lambda *_: next(states))
    monkeypatch.setattr(release, "settle", lambda *_: Settled("completed", ""))
    written = Written([], plan())
    written.task_definitions = lambda: {"nodejs": "shop:2"}  # type: ignore[attr-defined] # as Terraform has it
    work, _ = made(monkeypatch, BUILD, written, "nodejs")
    step(work, "apply")
    step(work, "deployments")
    assert work.replaced == replaced
