"""What adopt announces is what the real Terraform plans, for the changes of a spec that people make."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.resources.stack import state_key

from tests import terraform
from tests.emulator import MAKE_BELIEVE, emulator, run_command
from tests.live.journey import Journey
from tests.live.safety.scenario import HERE

WEB = (HERE / "web.yaml").read_text(encoding="utf-8")
CHANGES = {
    "nothing": ("", ""),
    "zone": ("[us-east-1a, us-east-1b]", "[us-east-1a, us-east-1c]"),
    "service removed": (WEB[WEB.index("  api:\n") : WEB.index("\nmonitoring:")], ""),
    "service renamed": ("  api:\n", "  backend:\n"),
    "service renamed with formerly": ("  api:\n", "  backend:\n    formerly: api\n"),
}
ACTIONS = {
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("create",): "create",
}


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """The stack as Terraform made it."""
    terraform.needs_terraform()
    folder = tmp_path_factory.mktemp("applied")
    spec = folder / "web.yaml"
    spec.write_text(WEB, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, emulator() as aws:
        for name, value in MAKE_BELIEVE.items():
            patch.setenv(name, value)
        aws.client("route53").create_hosted_zone(Name="shop.example", CallerReference="one")
        journey = Journey(aws, folder / "out", spec)
        journey.place_of_the_state()
        journey.write()
        journey.terraform(journey.stack, "apply", "-auto-approve", "-input=false")
        yield journey


def planned(journey: Journey) -> dict[str, str]:
    """What Terraform would do, by address; what it changes in place is left out, and what it moves is by its new address."""
    journey.terraform(journey.stack, "plan", "-input=false", "-out=plan")
    changes = json.loads(journey.terraform(journey.stack, "show", "-json", "plan"))["resource_changes"]
    managed = [each for each in changes if each["mode"] == "managed"]
    told = {each["address"]: ACTIONS.get(tuple(each["change"]["actions"]), "") for each in managed}
    for each in managed:
        if each["change"].get("importing"):
            told[each["address"]] = "import"
    return {address: action for address, action in told.items() if action}


@pytest.mark.slow
@pytest.mark.xdist_group("announcements")
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_announced_is_what_is_planned(applied: Journey, tmp_path: Path, change: str) -> None:
    after = tmp_path / "web.yaml"
    old, new = CHANGES[change]
    assert old in WEB
    after.write_text(WEB.replace(old, new, 1) if old else WEB, encoding="utf-8")
    journey = Journey(applied.aws, tmp_path / "out", after)
    journey.write()
    announced = {step["address"]: step["outcome"] for step in steps_of(journey)}
    plan = planned(journey)
    for outcome in ("destroy", "replace", "import"):
        told = {address for address, each in announced.items() if each == outcome}
        done = {address for address, each in plan.items() if each == outcome}
        assert told == done, f"{outcome}: announced alone {sorted(told - done)}, planned alone {sorted(done - told)}"
    assert {address for address, each in plan.items() if each == "create"} <= {
        address for address, each in announced.items() if each == "create"
    }


@pytest.mark.slow
@pytest.mark.xdist_group("announcements")
def test_the_state_of_a_renamed_project_is_not_taken_for_its_own(applied: Journey, tmp_path: Path) -> None:
    """Every resource would be replaced: what stands in the state carries the tags of the project as it was."""
    after = tmp_path / "web.yaml"
    after.write_text(WEB.replace("project: shop", "project: store", 1), encoding="utf-8")
    journey = Journey(applied.aws, tmp_path / "out", after)
    bucket, keys = applied.build.stack.state.bucket, [state_key(each.build.stack) for each in (applied, journey)]
    applied.aws.client("s3").copy_object(Bucket=bucket, Key=keys[1], CopySource={"Bucket": bucket, "Key": keys[0]})
    done = run_command("adopt", after, "--out", tmp_path / "out", aws=applied.aws)
    assert done.returncode == 3
    assert "is the state of another stack" in done.stderr
    assert "Project=shop" in done.stderr


def steps_of(journey: Journey) -> list[dict[str, Any]]:
    """What adopt announces, whatever its exit code."""
    done = run_command("adopt", journey.spec, "--out", journey.out, "--format", "json", aws=journey.aws)
    assert done.stdout, done.stderr
    steps: list[dict[str, Any]] = json.loads(done.stdout)["steps"]
    return steps
