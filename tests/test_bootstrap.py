"""The place of the states, made with the real Terraform in an emulated account, and the locks that it gives."""

import json
import os
import random
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from stage3c.live.account import Account
from stage3c.live.check import Problem
from stage3c.live.checks import state_lock
from stage3c.output import files
from stage3c.output.render import state_store_files
from stage3c.resources.state_store import StateStore, state_stores

from tests import terraform
from tests.conftest import ROOT
from tests.emulator import Emulator, emulator
from tests.resources.stacks import reference
from tests.test_cli import stage3c
from tests.test_generated import STORE

BUCKET, TABLE = "agentic-aws-terraform-state", "agentic-aws-terraform-locks"
APPLIES = 20
KILLS = int(os.environ.get("STAGE3C_KILLS", "4"))
ID = re.compile(r"ID:\s+([0-9a-f-]{36})")


def test_the_committed_store_is_fresh() -> None:
    store = state_stores([reference()])[0]
    texts = {STORE / name: text for name, text in state_store_files(store, moved=False).items()}
    assert files.stale(texts) == ""


def test_tables_keep_their_address_when_others_join() -> None:
    stacks = [
        reference(),
        reference("state: {lock_table: a.first_one}"),
        reference("state: {lock: s3, lock_table: null}"),
    ]
    assert state_stores(stacks) == [StateStore(BUCKET, "us-east-1", None, ("a.first_one", TABLE), lock_files=True)]
    document = json.loads(state_store_files(state_stores(stacks)[0], moved=False)["main.tf.json"])
    assert sorted(document["resource"]["aws_dynamodb_table"]) == ["locks_a_dfirst__one", f"locks_{TABLE}"]


def test_a_stack_locked_by_files_needs_no_table() -> None:
    stack = reference("state: {lock: s3, lock_table: null}")
    texts = state_store_files(state_stores([stack])[0], moved=True)
    assert "dynamodb" not in (texts["main.tf.json"] + texts["backend.tf.json"] + texts["README.md"]).lower()


def test_a_spec_that_takes_the_stores_own_key_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "shop.yaml"
    spec.write_text(text.replace("bucket: hello-terraform-state", "bucket: b-123, key: bootstrap/terraform.tfstate"))
    done = stage3c("bootstrap", spec, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "STA106" in done.stdout
    assert not (tmp_path / "out").exists()


def test_one_bucket_in_two_regions_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(text)
    elsewhere = "bucket: hello-terraform-state, key: two, region: ap-south-1"
    two.write_text(text.replace("bucket: hello-terraform-state", elsewhere))
    done = stage3c("bootstrap", one, two, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "STA111" in done.stdout
    assert "ap-south-1" in done.stdout


def test_one_bucket_may_serve_two_accounts(tmp_path: Path) -> None:
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(f'account: "111111111111"\n{text}')
    two.write_text(f'account: "222222222222"\n{text.replace("terraform-state}", "terraform-state, key: two}")}')
    done = stage3c("bootstrap", one, two, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    made = (tmp_path / "out" / "bootstrap-hello-terraform-state" / "main.tf.json").read_text(encoding="utf-8")
    assert "allowed_account_ids" not in made


def two_specs(tmp_path: Path, one: str, two: str) -> tuple[Path, Path]:
    """The smallest spec twice, each with a state of its own and lines before it."""
    text = (ROOT / "specs" / "minimal.yaml").read_text(encoding="utf-8")
    paths = tmp_path / "one.yaml", tmp_path / "two.yaml"
    for path, state in zip(paths, (one, two), strict=True):
        project = f"project: {path.stem}" if "project" not in state else "project: hello"
        whole = text.replace(
            "bucket: hello-terraform-state", f"bucket: hello-terraform-state, {state.partition(';')[0]}"
        )
        path.write_text(whole.replace("project: hello", project))
    return paths


@pytest.mark.parametrize(
    ("one", "two", "claimed"),
    [
        ("key: shared", "key: shared", "hello-terraform-state/shared"),
        ("key: shared", "key: shared.tflock", "hello-terraform-state/shared.tflock"),
        ("key: shared-md5", "key: shared", "hello-terraform-state/shared-md5"),
        ("key: a;project", "key: b;project", "name in AWS: eu-west-1/hello-dev"),
    ],
)
def test_two_stacks_that_share_what_only_one_may_have_are_refused(
    tmp_path: Path, one: str, two: str, claimed: str
) -> None:
    for command in ("validate", "bootstrap"):
        done = stage3c(command, *two_specs(tmp_path, one, two))
        assert done.returncode == 1
        assert "STA110" in done.stdout
        assert claimed in done.stdout


def test_keys_that_differ_by_case_are_two_states(tmp_path: Path) -> None:
    assert stage3c("validate", *two_specs(tmp_path, "key: a/One", "key: a/one")).returncode == 0


def test_environments_that_share_a_key_are_refused(tmp_path: Path) -> None:
    spec = tmp_path / "notes.yaml"
    text = (ROOT / "specs" / "dev-prod.yaml").read_text(encoding="utf-8")
    spec.write_text(text.replace("bucket: notes-terraform-state", "bucket: notes-terraform-state, key: notes"))
    done = stage3c("bootstrap", spec, "--out", tmp_path / "out")
    assert (done.returncode, "STA110" in done.stdout) == (1, True)


def test_a_folder_whose_name_is_too_long_is_one_clear_line(tmp_path: Path) -> None:
    done = stage3c("bootstrap", ROOT / "specs" / "minimal.yaml", "--out", tmp_path / ("a" * 300))
    assert done.returncode == 3
    assert "name too long" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_lock_table_that_is_there_is_never_left_out(tmp_path: Path) -> None:
    one, two = two_specs(tmp_path, "key: a, lock_table: first", "key: b, lock_table: second")
    out = tmp_path / "out"
    assert stage3c("bootstrap", one, "--out", out).returncode == 0
    before = (out / "bootstrap-hello-terraform-state" / "main.tf.json").read_text(encoding="utf-8")
    done = stage3c("bootstrap", two, "--out", out)
    assert done.returncode == 2
    assert "has lock table first" in done.stderr
    assert (out / "bootstrap-hello-terraform-state" / "main.tf.json").read_text(encoding="utf-8") == before
    assert stage3c("bootstrap", one, two, "--out", out).returncode == 0


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    terraform.needs_terraform()
    with emulator() as running:
        yield running


@pytest.fixture(scope="module")
def store(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store as its README says it is made: applied with a local state, which then moves into the bucket."""
    out = tmp_path_factory.mktemp("store")
    folder = out / STORE.name
    assert stage3c("bootstrap", "specs/stage3v3.yaml", "--out", out).returncode == 0
    succeeds(aws, folder, "init", "-input=false")
    succeeds(aws, folder, "apply", "-auto-approve", "-input=false")
    assert stage3c("bootstrap", "specs/stage3v3.yaml", "--out", out, "--migrate").returncode == 0
    succeeds(aws, folder, "init", "-migrate-state", "-force-copy", "-input=false")
    for name in ("terraform.tfstate", "terraform.tfstate.backup"):
        (folder / name).unlink(missing_ok=True)
    return folder


def succeeds(aws: Emulator, folder: Path, *arguments: str) -> str:
    done = aws.terraform(folder, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
@pytest.mark.smoke
def test_the_store_holds_its_own_state_and_nothing_is_left_to_do(aws: Emulator, store: Path) -> None:
    assert "No changes" in succeeds(aws, store, "plan", "-detailed-exitcode", "-input=false")
    addresses = succeeds(aws, store, "state", "list").split()
    assert len(addresses) == 8
    assert aws.client("s3").head_object(Bucket=BUCKET, Key="bootstrap/terraform.tfstate")["ContentLength"] > 1000
    assert not list(store.glob("*.tfstate*"))


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_the_bucket_is_versioned_encrypted_closed_and_tls_only(aws: Emulator, store: Path) -> None:
    assert store.is_dir()
    s3 = aws.client("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    denied = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"][0]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    expiry = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"][0]
    assert "Expiration" not in expiry
    assert expiry["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] == 20


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_the_table_and_the_bucket_cannot_be_destroyed_by_accident(aws: Emulator, store: Path) -> None:
    table = aws.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    assert table["DeletionProtectionEnabled"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    backups = aws.client("dynamodb").describe_continuous_backups(TableName=TABLE)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    done = aws.terraform(store, "destroy", "-auto-approve", "-input=false")
    assert done.returncode != 0
    assert "prevent_destroy" in done.stderr


@pytest.fixture
def writer(aws: Emulator, store: Path, tmp_path: Path) -> Path:
    """A stack without resources of AWS, with the reference stack's own backend: each apply takes a second and writes."""
    assert store.is_dir()
    reference_stack = json.loads((STORE.parent / "stage3v3" / "main.tf.json").read_text(encoding="utf-8"))
    backend = {**reference_stack["terraform"]["backend"]["s3"], "key": f"writers/{tmp_path.name}"}
    turn = [{"local-exec": {"command": "echo begin >> turns; sleep ${var.seconds}; echo end >> turns"}}]
    document = {
        "terraform": {"backend": {"s3": backend}},
        "variable": {"turn": {"type": "string", "default": "0"}, "seconds": {"type": "number", "default": 0.5}},
        "resource": {"terraform_data": {"turn": {"triggers_replace": "${var.turn}", "provisioner": turn}}},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(document))
    succeeds(aws, tmp_path, "init", "-input=false")
    succeeds(aws, tmp_path, "apply", "-auto-approve", "-input=false")
    (tmp_path / "turns").unlink()
    return tmp_path


def start(aws: Emulator, folder: Path, turn: str, *more: str) -> "subprocess.Popen[str]":
    command = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color", f"-var=turn={turn}", *more]
    settings = {**terraform.environment(), **aws.environment}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=settings, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def state(aws: Emulator, folder: Path) -> Any:
    return json.loads(aws.terraform(folder, "state", "pull").stdout)


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_of_many_applies_at_once_one_writes_at_a_time_and_the_others_say_who_does(aws: Emulator, writer: Path) -> None:
    before = state(aws, writer)
    runs = [start(aws, writer, str(turn), "-lock-timeout=0s") for turn in range(1, APPLIES + 1)]
    said = [run.communicate(timeout=300) for run in runs]
    won = [run for run in runs if run.returncode == 0]
    lost = [error for run, (_, error) in zip(runs, said, strict=True) if run.returncode != 0]
    assert won
    assert lost
    assert all("Error acquiring the state lock" in error and "Who:" in error and ID.search(error) for error in lost)
    after = state(aws, writer)
    assert after["serial"] - before["serial"] == len(won)
    assert after["lineage"] == before["lineage"]
    assert (writer / "turns").read_text().split() == ["begin", "end"] * len(won)


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_applies_that_wait_for_the_lock_all_succeed_one_after_the_other(aws: Emulator, writer: Path) -> None:
    """Terraform stops waiting when the lock goes away before it has read who holds it; such a run is begun again.

    It may leave its half of the lock in the table, without the file. Only that is removed, as preflight says, and only after a
    round in which a run gave up: a run that succeeds has released both halves.
    """
    before = state(aws, writer)
    turns, attempts = ["1", "2", "3", "4"], 0
    while turns and attempts < APPLIES:
        runs = [(turn, start(aws, writer, turn, "-lock-timeout=60s")) for turn in turns]
        said = [run.communicate(timeout=300) for _, run in runs]
        failed = [error for (_, run), (_, error) in zip(runs, said, strict=True) if run.returncode != 0]
        assert all("Error acquiring the state lock" in error for error in failed), failed
        turns, attempts = [turn for turn, run in runs if run.returncode != 0], attempts + 1
        left = [problem.fix.partition(": ")[2] for problem in held(aws, writer)]
        assert not left or failed, "a run that succeeded left a lock"
        assert [release(aws, writer, fix) for fix in left] in ([], ["dynamodb"]), left
    assert not turns
    assert held(aws, writer) == []
    assert state(aws, writer)["serial"] - before["serial"] == 4
    assert (writer / "turns").read_text().split() == ["begin", "end"] * 4


def held(aws: Emulator, folder: Path) -> list[Problem]:
    """What preflight says of the lock of a folder's state."""
    stack = reference(f"state: {{key: writers/{folder.name}}}")
    with patch.dict(os.environ, aws.environment):
        return list(state_lock.judge(stack, state_lock.ask(Account("us-east-1", aws.url), stack)))


def release(aws: Emulator, folder: Path, fix: str) -> str:
    """Do what a fix says, and say which of the ways it was."""
    words = shlex.split(fix)
    words = [each for each in words if not each.startswith("-chdir=")]
    if words[:2] == ["terraform", "force-unlock"]:
        wrong = aws.terraform(folder, "force-unlock", "-force", "00000000-0000-0000-0000-000000000000")
        assert wrong.returncode != 0
        succeeds(aws, folder, "force-unlock", "-force", words[2])
    elif words[:3] == ["aws", "dynamodb", "delete-item"]:
        aws.client("dynamodb").delete_item(TableName=words[4], Key=json.loads(words[6]))
    else:
        assert words[:3] == ["aws", "s3", "rm"]
        bucket, _, key = words[3].removeprefix("s3://").partition("/")
        aws.client("s3").delete_object(Bucket=bucket, Key=key)
    return words[1]


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
@pytest.mark.parametrize("places", [{"table"}, {"file"}])
def test_a_run_that_died_between_its_two_locks_is_released_as_told(
    aws: Emulator, writer: Path, places: set[str]
) -> None:
    lock = json.dumps({"ID": "6a1b0c1e-0000-4000-8000-000000000000", "Who": "ann@laptop", "Operation": "x"})
    key = f"writers/{writer.name}"
    if "table" in places:
        item = {"LockID": {"S": f"{BUCKET}/{key}"}, "Info": {"S": lock}}
        aws.client("dynamodb").put_item(TableName=TABLE, Item=item)
    else:
        aws.client("s3").put_object(Bucket=BUCKET, Key=f"{key}.tflock", Body=lock.encode())
    assert aws.terraform(writer, "plan", "-input=false", "-lock-timeout=0s").returncode != 0
    (problem,) = held(aws, writer)
    assert "ann@laptop" in problem.cause
    release(aws, writer, problem.fix.partition(": ")[2])
    assert held(aws, writer) == []
    succeeds(aws, writer, "plan", "-input=false", "-lock-timeout=0s")


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_a_killed_apply_leaves_its_lock_which_is_explained_and_released_as_told(aws: Emulator, writer: Path) -> None:
    moments = random.Random(3)  # noqa: S311 - when to kill is no secret
    released: list[str] = []
    for turn in range(1, KILLS + 1):
        run = start(aws, writer, f"killed-{turn}", "-var=seconds=2")
        time.sleep(moments.uniform(0.1, 2.5))
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        refused = aws.terraform(writer, "plan", "-input=false", "-lock-timeout=0s")
        fixes = [problem.fix.partition(": ")[2] for problem in held(aws, writer)]
        assert bool(fixes) == (refused.returncode != 0)
        released += [release(aws, writer, fix) for fix in fixes]
        succeeds(aws, writer, "apply", "-auto-approve", "-input=false", f"-var=turn=after-{turn}")
        assert "No changes" in succeeds(aws, writer, "plan", "-input=false", f"-var=turn=after-{turn}")
        assert len(state(aws, writer)["resources"]) == 1
    assert "force-unlock" in released, "no run was killed while it held the lock"


@pytest.mark.slow
@pytest.mark.xdist_group("bootstrap")
def test_going_back_to_the_table_needs_its_stale_digest_removed_as_the_readme_says(aws: Emulator, writer: Path) -> None:
    both = (writer / "main.tf.json").read_text(encoding="utf-8")
    document = json.loads(both)
    backend = document["terraform"]["backend"]["s3"]
    table = backend.pop("dynamodb_table")
    (writer / "main.tf.json").write_text(json.dumps(document))
    succeeds(aws, writer, "init", "-reconfigure", "-input=false")
    succeeds(aws, writer, "apply", "-auto-approve", "-input=false", "-var=turn=by-file")
    (writer / "main.tf.json").write_text(both)
    assert aws.terraform(writer, "init", "-reconfigure", "-input=false").returncode != 0
    digest = {"LockID": {"S": f"{BUCKET}/{backend['key']}-md5"}}
    assert aws.client("dynamodb").get_item(TableName=table, Key=digest)["Item"]
    aws.client("dynamodb").delete_item(TableName=table, Key=digest)
    succeeds(aws, writer, "init", "-reconfigure", "-input=false")
    assert "No changes" in succeeds(aws, writer, "plan", "-input=false", "-var=turn=by-file")
