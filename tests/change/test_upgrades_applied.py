"""Stacks of an earlier version, deployed in the emulated account: what the real Terraform plans after `stage3c build` of today.

CI deploys one; `STAGE3C_UPGRADES=all pytest tests/change/test_upgrades_applied.py` deploys all of them, in half an hour.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.pipeline import compile_spec

from tests import terraform
from tests.change.test_upgrades import ANNOUNCED, DEPLOYED, SPECS
from tests.emulator import Emulator, emulator
from tests.live.journey import Journey

ALL = os.environ.get("STAGE3C_UPGRADES") == "all"
STACKS = [path for path in DEPLOYED if ALL or path.name == "minimal.tf.json"]
REPLACED = {"aws_ecs_task_definition"}
"""Each revision is a resource of its own."""


@pytest.fixture
def aws() -> Iterator[Emulator]:
    terraform.needs_terraform()
    with emulator() as started:
        yield started


def journey_of(stack: str, aws: Emulator, out: Path) -> Journey:
    """The spec and the environment of a stack."""
    for spec in SPECS:
        for build in compile_spec(spec.read_bytes(), str(spec)).builds:
            if build.stack_name == stack:
                environment = build.stack.environment if len(compile_spec(spec.read_bytes(), "").builds) > 1 else None
                return Journey(aws, out, spec, environment)
    raise AssertionError(f"no spec builds {stack}")


def deployed(journey: Journey, path: Path) -> None:
    """Apply what the earlier version wrote."""
    if journey.build.stack.domain:
        zone = journey.build.stack.domain.zone
        journey.aws.client("route53").create_hosted_zone(Name=zone, CallerReference="one")
    journey.place_of_the_state()
    journey.stack.mkdir(parents=True)
    document = json.loads(path.read_text(encoding="utf-8"))
    provider = {**document["provider"]["aws"][0], "max_retries": 2}
    (journey.stack / "emulator_override.tf.json").write_text(json.dumps({"provider": {"aws": provider}}))
    (journey.stack / "main.tf.json").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    journey.terraform(journey.stack, "init", "-input=false")
    journey.terraform(journey.stack, "apply", "-auto-approve", "-input=false")


def planned(journey: Journey) -> list[dict[str, Any]]:
    """What Terraform would change after today's build."""
    journey.stage3c("build")
    journey.terraform(journey.stack, "init", "-input=false")
    journey.terraform(journey.stack, "plan", "-out=upgrade.tfplan", "-input=false")
    changes: list[dict[str, Any]] = json.loads(journey.terraform(journey.stack, "show", "-json", "upgrade.tfplan"))[
        "resource_changes"
    ]
    return changes


@pytest.mark.slow
@pytest.mark.parametrize("path", STACKS, ids=lambda path: f"{path.parent.name}-{path.name.removesuffix('.tf.json')}")
def test_the_plan_of_an_upgrade_loses_nothing(path: Path, aws: Emulator, tmp_path: Path) -> None:
    journey = journey_of(path.name.removesuffix(".tf.json"), aws, tmp_path / "out")
    deployed(journey, path)
    changes = planned(journey)
    lost = {each["address"]: each["type"] for each in changes if "delete" in each["change"]["actions"]}
    assert {kind for kind in lost.values() if kind not in REPLACED} == set()
    moved = {each["type"] for each in changes if each.get("previous_address", each["address"]) != each["address"]}
    assert moved <= ANNOUNCED


def test_a_stack_is_deployed_in_every_run() -> None:
    assert STACKS
