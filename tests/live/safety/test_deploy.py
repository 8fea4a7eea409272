"""The stacks that are made without Terraform are those that Terraform makes: addresses, ids, names and tags in its own state."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.resources.stack import state_key

from tests import terraform
from tests.emulator import MAKE_BELIEVE, emulator
from tests.live.journey import Journey
from tests.live.safety.account import World, in_process
from tests.live.safety.accounts import stack
from tests.live.safety.listing import inventory, key_of
from tests.live.safety.making import MAKERS, UNTAGGED
from tests.live.safety.owners import _TELLS
from tests.live.safety.scenario import HERE, SLICES
from tests.live.test_adopt import emitted

_CHANCE = re.compile(
    r"(?<=db-)[0-9A-Z]{10,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|terraform-[0-9a-f]{8,}|[0-9a-f]{8,}|(?<=-)[A-Za-z0-9]{6}(?=[\x22|])"
    r"|(?<=scalable-target/)[a-z0-9]+|\b[0-9A-Z]{18,}(?=[_\x22])|\d{4}-\d\d-\d\d [0-9:.]+ \+0000 UTC|\b\d{10}\b"
)
"""What differs from run to run: ids, versions, the suffix of a secret, a zone, times."""
COMPARED = ("id", "arn", "name", "family", "bucket", "identifier", "alarm_name", "dashboard_name", "tags_all", "vpc_id")


@pytest.fixture
def journeys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Path]]:
    terraform.needs_terraform()
    for name, value in MAKE_BELIEVE.items():
        monkeypatch.setenv(name, value)
    with emulator() as aws:
        yield aws, tmp_path


def shapes(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is compared of a state: chance taken out."""
    told: dict[str, dict[str, Any]] = {}
    for each in document["resources"]:
        if each["mode"] != "managed":
            continue
        attributes = each["instances"][0]["attributes"]
        kept = {name: attributes[name] for name in COMPARED if attributes.get(name) is not None}
        told[f"{each['type']}.{each['name']}"] = json.loads(_CHANCE.sub("?", json.dumps(kept)))
    return told


@pytest.mark.slow
@pytest.mark.xdist_group("deploy")
@pytest.mark.parametrize("spec", SLICES)
def test_a_state_of_ours_is_one_of_terraforms(journeys: tuple[Any, Path], spec: str) -> None:
    aws, folder = journeys
    journey = Journey(aws, folder / "out", HERE / f"{spec}.yaml")
    if journey.build.stack.domain:
        aws.client("route53").create_hosted_zone(Name=journey.build.stack.domain.zone, CallerReference="one")
    journey.place_of_the_state()
    journey.write()
    journey.apply()
    key = state_key(journey.build.stack)
    body = aws.client("s3").get_object(Bucket=journey.build.stack.state.bucket, Key=key)["Body"].read()
    real = json.loads(body)
    with in_process() as world:
        document = stack(world, f"{spec}.yaml", folder).deployed().state()
    assert document.keys() == real.keys()
    theirs, mine = shapes(real), shapes(document)
    assert mine.keys() == theirs.keys()
    different = {
        f"{address}.{name}": (value, mine[address].get(name))
        for address, told in theirs.items()
        for name, value in told.items()
        if name in mine[address] and value != mine[address][name]
    }
    assert not different, "\n".join(f"{name}: {values}" for name, values in different.items())
    missing = {f"{address}.{name}" for address, told in theirs.items() for name in told if name not in mine[address]}
    assert not {each for each in missing if each.endswith((".id", ".tags_all"))}


@pytest.mark.slow
@pytest.mark.parametrize("spec", SLICES)
def test_the_inventory_has_everything_that_was_made(world: World, tmp_path: Path, spec: str) -> None:
    ours = stack(world, f"{spec}.yaml", tmp_path).deployed()
    listed = inventory(world)
    wanted = {address: key_of(address, told) for address, told in ours.made.items() if not address.startswith("data.")}
    assert not {address for address, key in wanted.items() if key and key not in listed}


def test_every_emitted_type_can_be_made_and_has_its_place_in_the_matrix() -> None:
    of_the_place_of_the_state = {"aws_dynamodb_table", "aws_s3_bucket_versioning"}
    assert set(emitted()) - of_the_place_of_the_state == set(MAKERS)
    assert set(_TELLS) == set(MAKERS) - UNTAGGED
