"""The versions of a state and one of them brought back: in an emulated account, once with the real Terraform."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.delivery.state_preview import Step, steps
from stage3c.live.state_versions import with_serial

from tests import terraform
from tests.delivery.deployed import BUCKET, BUILD, CANARY, KEY, SPEC, TABLE, Deployed, state_text
from tests.emulator import Emulator, run_command

pytestmark = pytest.mark.slow

NAME = BUILD.stack.name
LOCK_ID = f"{BUCKET}/{KEY}"


def listed(aws: Emulator) -> list[dict[str, Any]]:
    done = run_command("state", SPEC, "--json", aws=aws)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["versions"]
    return found


def restore(aws: Emulator, version: str, *more: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return run_command("state", "restore", SPEC, version, "--no-plan", *more, aws=aws, typed=typed)


def now(aws: Emulator) -> bytes:
    body: bytes = aws.client("s3").get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
    return body


def put(aws: Emulator, body: bytes) -> str:
    return str(aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=body)["VersionId"])


def digest(aws: Emulator) -> str:
    item = aws.client("dynamodb").get_item(TableName=TABLE, Key={"LockID": {"S": f"{LOCK_ID}-md5"}})["Item"]
    return str(item["Digest"]["S"])


def is_free(aws: Emulator) -> bool:
    lock = aws.client("dynamodb").get_item(TableName=TABLE, Key={"LockID": {"S": LOCK_ID}})
    files = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{KEY}.tflock")
    return "Item" not in lock and files["KeyCount"] == 0


def test_all_versions_are_listed_with_serial_time_and_size(deployed: Deployed) -> None:
    broken = put(deployed.aws, b"not json")
    put(deployed.aws, state_text(9, "other"))
    deployed.aws.client("s3").put_object(Bucket=BUCKET, Key=f"{KEY}.bak", Body=state_text(99))
    found = listed(deployed.aws)
    assert [each["serial"] for each in found] == [9, None, 2, 1]
    assert [each["current"] for each in found] == [True, False, False, False]
    assert found[1]["id"] == broken
    assert found[1]["problem"] == "is not JSON"
    assert all(each["written"] and each["bytes"] for each in found)
    done = run_command("state", SPEC, aws=deployed.aws)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[1] for row in rows[1:]] == ["9", "-", "2", "1"]
    assert "current" in rows[1]
    assert "4 versions" in done.stderr


def test_an_account_without_a_state(aws: Emulator) -> None:
    done = run_command("state", SPEC, aws=aws)
    assert done.returncode == 0
    assert "there is no state yet" in done.stderr


def test_a_version_comes_back_with_a_new_serial_and_its_digest(deployed: Deployed) -> None:
    first = listed(deployed.aws)[-1]
    done = restore(deployed.aws, first["id"], typed=f"{NAME}\n")
    assert done.returncode == 0, done.stderr
    assert now(deployed.aws) == state_text(3)
    assert digest(deployed.aws) == hashlib.md5(now(deployed.aws)).hexdigest()  # noqa: S324 - Terraform's choice
    assert [each["serial"] for each in listed(deployed.aws)] == [3, 2, 1]
    assert is_free(deployed.aws)


def test_a_deleted_state_comes_back(deployed: Deployed) -> None:
    deployed.aws.client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    found = listed(deployed.aws)
    assert (found[0]["deleted"], found[0]["current"]) == (True, True)
    assert "marks where the state was deleted" in restore(deployed.aws, found[0]["id"], "--yes").stderr
    assert restore(deployed.aws, found[1]["id"], "--yes").returncode == 0
    assert now(deployed.aws) == state_text(3)


def test_what_is_not_an_earlier_state_of_this_stack_is_refused(deployed: Deployed) -> None:
    tags = {"Project": "other", "Environment": "x", "Stack": "x", "ManagedBy": "x"}
    instance = {"attributes": {"id": "vpc-1", "tags_all": tags}}
    resource = {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [instance]}
    versions = {
        "has the lineage foreign": (put(deployed.aws, state_text(5, "foreign")), 3),
        "is empty": (put(deployed.aws, b""), 2),
        "carry tags of another stack": (put(deployed.aws, state_text(6, resources=[resource])), 3),
        "is the state as it is now": (put(deployed.aws, state_text(7)), 2),
        "is not a version": ("nothing-like-it", 2),
    }
    for said, (version, code) in versions.items():
        done = restore(deployed.aws, version, "--yes")
        assert done.returncode == code, done.stderr
        assert said in done.stderr
    assert now(deployed.aws) == state_text(7)
    assert is_free(deployed.aws)


def test_another_name_or_a_lock_changes_nothing(deployed: Deployed) -> None:
    first = listed(deployed.aws)[-1]["id"]
    done = restore(deployed.aws, first, typed="yes\n")
    assert done.returncode == 2
    assert "was not changed" in done.stderr
    assert is_free(deployed.aws)
    lock = json.dumps({"ID": "1", "Who": "ann@laptop", "Operation": "apply", "Created": "today"})
    deployed.aws.client("dynamodb").put_item(TableName=TABLE, Item={"LockID": {"S": LOCK_ID}, "Info": {"S": lock}})
    done = restore(deployed.aws, first, "--yes")
    assert done.returncode == 3
    assert "ann@laptop has held the state" in done.stderr
    assert now(deployed.aws) == state_text(2)


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text(max_size=8), st.one_of(st.integers(), st.floats(allow_nan=False), st.text()), max_size=4),
    st.booleans(),
)
def test_only_the_serial_of_a_state_changes(serial: int, more: dict[str, Any], first: bool) -> None:  # noqa: FBT001 - a draw
    inner = {"outputs": {"serial": {"value": {"serial": 1}}, **more}}
    told = {**inner, "serial": 7} if first else {"serial": 7, **inner}
    body = json.dumps(told).encode()
    made = with_serial(body, serial)
    assert json.loads(made) == {**json.loads(body), "serial": serial}
    assert len(made) == len(body) - 1 + len(str(serial))


def test_the_steps_of_a_plan_begin_with_what_is_lost() -> None:
    changes = {
        "a": ["create"],
        "b": ["delete"],
        "c": ["update"],
        "d": ["delete", "create"],
        "e": ["no-op"],
        "f": ["read"],
    }
    plan = {
        "resource_changes": [
            {"address": f"x.{name}", "mode": "managed", "change": {"actions": actions, "after": {"password": CANARY}}}
            for name, actions in changes.items()
        ]
    }
    found = steps(plan)
    assert found == [Step("destroy", "x.b"), Step("replace", "x.d"), Step("update", "x.c"), Step("create", "x.a")]


@pytest.mark.slow
def test_terraform_accepts_the_state_that_came_back(deployed: Deployed, tmp_path: Path) -> None:
    """Two applies with the reference stack's own backend; then the state of the first comes back."""
    terraform.needs_terraform()
    aws, folder = deployed.aws, tmp_path / "stage3v3"
    folder.mkdir()
    for version in listed(aws):
        aws.client("s3").delete_object(Bucket=BUCKET, Key=KEY, VersionId=version["id"])
    written = json.loads((SPEC.parent.parent / "generated" / "stage3v3" / "main.tf.json").read_text(encoding="utf-8"))
    backend = {"terraform": {"backend": written["terraform"]["backend"]}}
    secret = {"input": {"password": CANARY}}
    for number in (1, 2):
        data = dict.fromkeys(("one", "two")[:number], secret)
        (folder / "main.tf.json").write_text(json.dumps({**backend, "resource": {"terraform_data": data}}))
        for command in (("init",), ("apply", "-auto-approve")):
            done = aws.terraform(folder, *command, "-input=false")
            assert done.returncode == 0, done.stderr
    found = listed(aws)
    first = min(found, key=lambda each: each["serial"])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in terraform.environment().items():
            patch.setenv(name, value)
        words = ("state", "restore", SPEC, first["id"], "--out", tmp_path)
        done = run_command(*words, aws=aws, typed="no\n")
        assert done.returncode == 2, done.stderr
        assert [line.split() for line in done.stdout.splitlines() if line.startswith("  ")] == [
            ["create", "terraform_data.two"]
        ]
        done = run_command(*words, aws=aws, typed=f"{NAME}\n")
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert aws.terraform(folder, "state", "list").stdout.split() == ["terraform_data.one"]
    assert "1 to add, 0 to change, 0 to destroy" in aws.terraform(folder, "plan", "-input=false").stdout
    done = aws.terraform(folder, "apply", "-auto-approve", "-input=false")
    assert done.returncode == 0, done.stderr
    assert listed(aws)[0]["serial"] > max(each["serial"] for each in found) + 1
