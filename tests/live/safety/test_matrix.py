"""The matrix: every type, by every owner, under every state: nothing foreign or in use is imported or deleted, ever.

And the other side: what is ours is imported, what is ours and left over is deleted, so a tool that refuses all fails too.
All of it takes a quarter of an hour: STAGE3C_MATRIX=all pytest tests/live/safety/test_matrix.py -n 2. Otherwise a sample.
"""

import os
from pathlib import Path

import pytest

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.command import Stage3c
from tests.live.safety.deploy import Deployer, compiled
from tests.live.safety.listing import inventory, key_of
from tests.live.safety.listing.parts import with_parts
from tests.live.safety.making import TAGGED
from tests.live.safety.owners import OWNERS
from tests.live.safety.scenario import STATES, TYPES, Scenario, adopted, cleaned, first, keys, scenario, slice_of

WHOLE = os.environ.get("STAGE3C_MATRIX") == "all"
FOREIGN = [owner for owner in OWNERS if owner != "ours"]
CELLS = [(kind, owner) for kind in TYPES for owner in FOREIGN]
SAMPLE = CELLS if WHOLE else [CELLS[place] for place in range(0, len(CELLS), len(FOREIGN) + 1)]
NOT_BY_TAGS = {"aws_route53_record", "aws_cloudwatch_dashboard"}
"""What has neither tags nor a parent of ours: its content alone shows whose it is."""


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "owner"), SAMPLE)
def test_what_is_foreign_is_never_imported_or_deleted(world: World, tmp_path: Path, kind: str, owner: str) -> None:
    case = scenario(world, kind, owner, tmp_path)
    for name, make in STATES.items():
        make(case)
        _, imports, touched = adopted(case)
        assert not touched, f"{name}: adopt changed the account: {touched}"
        assert not imports.keys() & case.forbidden, (
            f"{name}: adopt imports what is {owner}: {imports.keys() & case.forbidden}"
        )
        allowed = case.loose() if name == "empty" else set()
        told = cleaned(case)
        assert told.touched <= allowed, (
            f"{name}: cleanup of what is {owner}: {told.touched - allowed}\n{told.done.said}"
        )
        assert states.locks(world, case.what.stack) == {}, f"{name}: the lock was not released"
        if name != "empty":
            continue
        assert not told.gone & keys(case.foreign)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPES)
def test_what_is_ours_and_unknown_to_the_state_is_imported(world: World, tmp_path: Path, kind: str) -> None:
    case = scenario(world, kind, "ours", tmp_path)
    states.put(world, case.what.stack, states.document(case.what, case.ours))
    done, imports, touched = adopted(case)
    if kind == "aws_secretsmanager_secret_version":  # its value would stand in the state: stored once more instead
        assert "create" in done.out
    elif kind not in NOT_BY_TAGS:
        assert case.target in imports, done.said
        assert not touched, touched


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(TAGGED - {"aws_db_instance"}))
def test_what_is_ours_unused_and_left_over_is_deleted(world: World, tmp_path: Path, kind: str) -> None:
    """A destroy that died half-way: the state is empty, and one thing with what it stands on is still there."""
    what = slice_of(kind)
    target = first(what, kind)
    deployer = Deployer(world, what)
    needed = what.ancestors(target) | ({"aws_ecs_cluster.main"} if kind == "aws_ecs_service" else set())
    made = deployer.make(needed)
    for service in (each for address, each in made.items() if address.startswith("aws_ecs_service.")):
        world.client("ecs").update_service(cluster=service["cluster"], service=service["name"], desiredCount=0)
    states.put(world, what.stack, states.document(what, {}, serial=9))
    case = Scenario(world, what, target, "ours", tmp_path, made, {})
    told = cleaned(case)
    key = key_of(target, made[target])
    assert key in told.before
    assert key in told.gone, told.done.said
    allowed = with_parts(told.before, keys(made))
    assert told.touched <= allowed, told.touched - allowed
    assert told.done.code == 0, told.done.said


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in STATES if name != "right"])
@pytest.mark.parametrize("spec", ["web", "data"])
def test_what_runs_is_never_deleted_whatever_the_state_says(world: World, tmp_path: Path, spec: str, name: str) -> None:
    what = compiled(Path(__file__).parent / "specs" / f"{spec}.yaml")
    deployer = Deployer(world, what)
    made = deployer.make()
    case = Scenario(world, what, "", "ours", tmp_path, made, {})
    STATES[name](case)
    allowed = case.loose() if name == "empty" else set()
    told = cleaned(case)
    assert told.touched <= allowed, (told.touched - allowed, told.done.said)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["web", "data"])
def test_a_new_key_for_the_state_makes_nothing_left_over(world: World, tmp_path: Path, spec: str) -> None:
    """The old state stands under its old key, and a half apply under the new one made a second VPC."""
    what = compiled(Path(__file__).parent / "specs" / f"{spec}.yaml")
    made = Deployer(world, what).make()
    states.put(world, what.stack, states.document(what, made))
    text = what.spec.read_text(encoding="utf-8").replace(
        "state: {bucket", "state: {key: moved/terraform.tfstate, bucket"
    )
    moved = tmp_path / "moved.yaml"
    moved.write_text(text, encoding="utf-8")
    again = compiled(moved)
    half = Deployer(world, again).make({"aws_vpc.main"})
    for known in (half, {}):
        states.put(world, again.stack, states.document(again, known, serial=1))
        before = inventory(world)
        done = Stage3c(moved, tmp_path, again.stack.name).cleanup()
        after = inventory(world)
        assert before.keys() - after.keys() <= (keys(half) if not known else set()), done.said
        assert all(before[key] == after[key] for key in after if key in before), done.said
