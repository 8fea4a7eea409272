"""Point 6: a state is judged by its content; what is wrong with it is an error, with the way back."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.emulator import MAKE_BELIEVE
from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import cleanup, refuses, stack
from tests.live.safety.pasted import paste
from tests.live.safety.scenario import HERE
from tests.live.safety.test_point_1_use import errors

pytestmark = pytest.mark.slow
ALL_HANGS_MAX_SECONDS = 30
FIRST_WORD_MAX_SECONDS = 5  # two seconds, and the start of Python on a busy machine
BROKEN = {
    "nothing": b"",
    "a space": b" ",
    "half of it": b'{"version": 4, "serial": 7, "resou',
    "null": b"null",
    "a list": b"[]",
    "an object": b"{}",
    "another version": b'{"version": 3, "serial": 7, "modules": []}',
    "no resources": b'{"version": 4, "serial": 7, "lineage": "x"}',
    "no JSON": b"<html>502 Bad Gateway</html>",
    "encrypted": bytes(range(256)),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_state_is_an_error_with_the_way_back(world: World, tmp_path: Path, body: bytes) -> None:
    ours = stack(world, "web.yaml", tmp_path).deployed("aws_ecs_cluster.main")
    good = ours.state()
    states.put(world, ours.what.stack, body)
    told = errors(ours)
    assert told, "preflight calls it an error"
    restore = re.search(r"aws s3api [^\n]*", told)
    assert restore, told
    for done in (ours.stage3c.adopt(), cleanup(ours).done):
        assert done.code not in (0, 1), done.said
        assert "preflight" not in done.err, "that knows no more"
    paste(ours.world, told, tmp_path)
    stored = world.client("s3").get_object(Bucket=ours.what.stack.state.bucket, Key="shop/prod/terraform.tfstate")
    assert json.loads(stored["Body"].read()) == good, "what is printed brings the last good state back"


def test_a_broken_state_deletes_nothing(world: World, tmp_path: Path) -> None:
    ours = stack(world, "web.yaml", tmp_path).deployed("aws_ecs_cluster.main")
    for body in BROKEN.values():
        states.put(world, ours.what.stack, body)
        refuses(cleanup(ours))


@pytest.mark.parametrize(
    "kind", ["aws_vpc.main", "aws_subnet.public_a", "aws_ecs_cluster.main", "aws_iam_role.web_task"]
)
def test_a_known_address_with_a_stale_id_is_an_error(world: World, tmp_path: Path, kind: str) -> None:
    ours = stack(world, "web.yaml", tmp_path).deployed()
    stale: dict[str, Any] = {
        name: f"{ours.made[kind][name]}0dead" for name in ("id", "arn", "name") if name in ours.made[kind]
    }
    ours.knows(ours.made | {kind: ours.made[kind] | stale})
    told = errors(ours)
    assert kind in told, told
    effect = cleanup(ours)
    refuses(effect)
    assert kind in effect.done.said


def test_what_was_deleted_by_hand_is_told_before_the_apply_fails(world: World, tmp_path: Path) -> None:
    """The state is right, and a resource of it is gone: cleanup refuses, and names it."""
    ours = stack(world, "web.yaml", tmp_path).deployed()
    world.client("cloudwatch").delete_dashboards(DashboardNames=[str(ours.made["aws_cloudwatch_dashboard.main"]["id"])])
    world.client("sns").delete_topic(TopicArn=ours.made["aws_sns_topic.alarms"]["arn"])
    effect = cleanup(ours)
    refuses(effect)
    assert "aws_sns_topic.alarms" in effect.done.said


@pytest.mark.parametrize("digest", [True, False])
def test_an_older_state_is_recognised_where_a_newer_version_is_in_the_bucket(
    world: World, tmp_path: Path, *, digest: bool
) -> None:
    """By its serial: with the digest made to fit, nothing else shows it."""
    ours = stack(world, "web.yaml", tmp_path).deployed()
    early = dict(list(ours.made.items())[:20])
    states.put(world, ours.what.stack, states.document(ours.what, early, serial=3), digest=digest)
    assert errors(ours)
    refuses(cleanup(ours))


def test_a_state_of_another_lineage_is_recognised(world: World, tmp_path: Path) -> None:
    """Somebody ran apply in an empty folder: the same addresses, begun anew."""
    ours = stack(world, "web.yaml", tmp_path).deployed()
    anew = states.document(ours.what, {}, serial=1, lineage="5f1d2c3b-0000-4000-8000-00000000bbbb")
    states.put(world, ours.what.stack, anew)
    assert errors(ours)
    refuses(cleanup(ours))


def test_a_moved_zone_is_not_announced_as_a_move(world: World, tmp_path: Path) -> None:
    """A subnet cannot change its zone: the plan replaces it, so adopt says so."""
    stack(world, "web.yaml", tmp_path).deployed()
    text = (
        (HERE / "web.yaml").read_text(encoding="utf-8").replace("[us-east-1a, us-east-1b]", "[us-east-1a, us-east-1c]")
    )
    spec = tmp_path / "specs" / "web.yaml"
    spec.parent.mkdir()
    spec.write_text(text, encoding="utf-8")
    moved = stack(world, spec, tmp_path)
    steps = json.loads(moved.stage3c.adopt("--format", "json").out)["steps"]
    told = {step["address"]: step["outcome"] for step in steps}
    assert "move" not in {told.get("aws_subnet.public_b"), told.get("aws_subnet.public_c")}, told
    assert told.get("aws_route_table_association.public_b") != "move", told


def test_an_own_secret_without_a_value_is_not_called_fine(world: World, tmp_path: Path) -> None:
    """The task whose secret has no value never starts."""
    ours = stack(world, "web.yaml", tmp_path).deployed()
    rows = ours.stage3c.rows()["PRE106"]
    assert [row["outcome"] for row in rows] != ["ok"], rows
    assert any("shop/prod/token" in row["cause"] for row in rows)
    word = {"SecretString": "a value"}
    world.client("secretsmanager").put_secret_value(SecretId="shop/prod/token", **word)
    assert [row["outcome"] for row in ours.stage3c.rows()["PRE106"]] == ["ok"]


@pytest.mark.parametrize(
    "command", [("preflight", "--resolver", "127.0.0.1:9"), ("adopt",), ("cleanup",), ("cleanup", "--yes")]
)
def test_a_hanging_endpoint_costs_half_a_minute_at_most_and_says_so_early(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as nobody:  # takes connections, and answers none
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        words = [sys.executable, "-m", "stage3c.cli.main", command[0], str(HERE / "web.yaml"), *command[1:]]
        words += ["--out", str(tmp_path)] if command[0] == "adopt" else []
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        settings = {**clean, **MAKE_BELIEVE, "AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT)}
        started = time.monotonic()
        running = subprocess.Popen(
            [*words, "--endpoint-url", url],
            env=settings,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        first: list[float] = []
        said: list[str] = []

        def listen() -> None:
            assert running.stderr
            for line in running.stderr:
                first.append(time.monotonic() - started)
                said.append(line)

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            running.wait(2.5 * ALL_HANGS_MAX_SECONDS)
        finally:
            running.kill()
            running.wait()
            listener.join()
            assert running.stdout
            out = running.stdout.read()
            running.stdout.close()
            assert running.stderr
            running.stderr.close()
    took = time.monotonic() - started
    assert took < ALL_HANGS_MAX_SECONDS, (took, said)
    assert running.returncode not in (0, None)
    assert first
    assert first[0] < FIRST_WORD_MAX_SECONDS, (first[0], said)
    assert "Traceback" not in "".join(said) + out
