"""Point 7: every command that is printed is complete, and does what it says when it is pasted."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import Stack, stack
from tests.live.safety.by_hand import made_by_hand
from tests.live.safety.command import run
from tests.live.safety.pasted import faults, paste, printed
from tests.live.safety.scenario import HERE

pytestmark = pytest.mark.slow


def lost(ours: Stack) -> None:
    ours.deployed()
    states.lose(ours.world, ours.what.stack, digest=False)


def corrupt(ours: Stack) -> None:
    ours.deployed()
    states.put(ours.world, ours.what.stack, b"{")


def locked(ours: Stack) -> None:
    ours.deployed()
    states.lock(ours.world, ours.what.stack)


def half_locked(ours: Stack) -> None:
    ours.deployed()
    states.lock(ours.world, ours.what.stack, file=False)


def taken_by_hand(ours: Stack) -> None:
    made_by_hand(ours.world)


def without_a_place(_ours: Stack) -> None:
    """Nothing at all is there."""


def wrong_state(ours: Stack) -> None:
    ours.deployed()
    states.put(ours.world, ours.what.stack, {**ours.state(), "resources": [{"mode": "managed"}]})


def throttled(ours: Stack) -> None:
    ours.deployed()
    ours.world.refuse("resourcegroupstaggingapi", code="ThrottlingException")
    ours.world.refuse("iam", code="ThrottlingException")


def left_over(ours: Stack) -> None:
    ours.deployed("aws_vpc.main", "aws_iam_role.job_task", "aws_ecs_cluster.main")
    ours.knows({}, serial=9)


def half_known(ours: Stack) -> None:
    ours.deployed()
    known = ("aws_vpc.main", "aws_ecs_cluster.main")
    ours.knows({address: told for address, told in ours.made.items() if address in known})


SITUATIONS: list[Callable[[Stack], None]] = [
    lost, corrupt, locked, half_locked, taken_by_hand, without_a_place, wrong_state, throttled, left_over, half_known,
]  # fmt: skip
SPECS = [("ours.yaml", None), ("two-environments.yaml", "prod"), ("web.yaml", None)]


def said(ours: Stack) -> str:
    """All that the three commands say, and the README of the place of the state."""
    tools = ours.stage3c
    return "\n".join(
        done.said for done in (tools.preflight(), tools.adopt(), tools.cleanup(yes=False), tools.cleanup())
    )


@pytest.mark.parametrize(("spec", "env"), SPECS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_command_is_complete(
    world: World, tmp_path: Path, situation: Callable[[Stack], None], spec: str, env: str | None
) -> None:
    ours = stack(world, spec, tmp_path, env)
    situation(ours)
    told = said(ours)
    missing = [fault for command in printed(told) for fault in faults(command)]
    assert not missing, "\n".join(missing)


def test_throttling_is_not_answered_with_a_permission(world: World, tmp_path: Path) -> None:
    ours = stack(world, "ours.yaml", tmp_path)
    throttled(ours)
    told = said(ours)
    assert "Throttling" in told
    assert not re.search(r"fix: allow (the caller|tag:)", told), told


def test_a_choice_says_which_candidate_carries_our_tags(world: World, tmp_path: Path) -> None:
    """Two VPCs of our name: one by hand, one of ours that a half apply made."""
    made_by_hand(world)
    ours = stack(world, "ours.yaml", tmp_path).deployed("aws_vpc.main")
    ours.knows({})
    mine = str(ours.made["aws_vpc.main"]["id"])
    world.client("ec2").delete_tags(Resources=[mine], Tags=[{"Key": "Project"}])
    done = ours.stage3c.adopt()
    assert f"--choose aws_vpc.main={mine}" in done.out, done.out
    line = next(line for line in done.out.splitlines() if "Stack" in line or "Project" in line)
    assert line


def test_the_lost_state_comes_back_by_what_preflight_prints(world: World, tmp_path: Path) -> None:
    """A delete marker is the newest version; what is printed must name it or what is behind it."""
    ours = stack(world, "web.yaml", tmp_path).deployed()
    good = (
        world.client("s3").get_object(Bucket="shop-terraform-state", Key="shop/prod/terraform.tfstate")["Body"].read()
    )
    states.lock(world, ours.what.stack, table=False)
    world.client("s3").delete_object(Bucket="shop-terraform-state", Key="shop/prod/terraform.tfstate.tflock")
    states.lose(world, ours.what.stack, digest=False)
    (row,) = [row for row in ours.stage3c.rows()["PRE119"] if row["outcome"] == "error"]
    first = printed(row["fix"])[0]
    assert not faults(first)
    paste(world, " ".join(f"'{word}'" if " " in word else word for word in first.words), tmp_path)
    stored = (
        world.client("s3").get_object(Bucket="shop-terraform-state", Key="shop/prod/terraform.tfstate")["Body"].read()
    )
    assert stored == good, row["fix"]


def test_what_cleanup_lists_can_be_pasted_and_does_the_same(world: World, tmp_path: Path) -> None:
    ours = stack(world, "ours.yaml", tmp_path)
    left_over(ours)
    told = ours.stage3c.cleanup(yes=False).out
    commands = paste(world, told, tmp_path)
    assert any(command.words[2] == "delete-vpc" for command in commands)
    assert ours.made["aws_vpc.main"]["id"] not in {
        each["VpcId"] for each in world.client("ec2").describe_vpcs()["Vpcs"]
    }


def test_the_readme_of_the_place_of_the_state_names_its_folders(tmp_path: Path) -> None:
    done = run(("bootstrap", HERE / "web.yaml", "--out", tmp_path))
    assert done.code == 0, done.said
    (readme,) = tmp_path.glob("*/README.md")
    text = readme.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if "terraform" in line and ("init" in line or "apply" in line))
    assert "-chdir=" in first or "cd " in text.partition(first)[0] or "cd " in first, text
