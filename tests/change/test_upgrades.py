"""Stacks that an earlier version has deployed: what the new output changes is announced, and nothing that holds data is lost."""

import json
from pathlib import Path

import pytest
from stage3c.change.judge import changes
from stage3c.change.moves import moves
from stage3c.change.written import Written, kept_priorities, written
from stage3c.output.synth import blocks
from stage3c.pipeline import Build, compile_spec

from tests.conftest import ROOT

DEPLOYED = sorted((ROOT / "tests" / "upgrades").glob("*/*.tf.json"))
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
ANNOUNCED = {"aws_route53_record"}
"""Types whose addresses have changed since, as CHANGELOG.md says."""


def build_of(stack: str, before: Written) -> Build:
    for spec in SPECS:
        for build in compile_spec(spec.read_bytes(), spec.name, None, lambda _: kept_priorities(before)).builds:
            if build.stack_name == stack:
                return build
    raise AssertionError(f"no spec builds {stack}")


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: f"{path.parent.name}-{path.name.removesuffix('.tf.json')}")
def test_an_upgrade_replaces_and_destroys_nothing_but_revisions(path: Path) -> None:
    before = written(json.loads(path.read_text(encoding="utf-8")))
    build = build_of(path.name.removesuffix(".tf.json"), before)
    assert build.graph
    after = Written(blocks(build.graph))
    moved = moves(before, after)
    assert {old.partition(".")[0] for old, _ in moved} <= ANNOUNCED
    lost = [each for each in changes(before, after, dict(moved)) if each.kind != "aws_ecs_task_definition"]
    assert lost == []


def test_there_are_stacks_to_upgrade() -> None:
    assert len(DEPLOYED) >= 9
