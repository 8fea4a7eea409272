"""Every problem that preflight finds is made in an emulated account; judging is also held on saved answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError
from stage3c.live.checks import all_checks
from stage3c.live.preflight import answers_of, judge, snapshot

from tests.conftest import ROOT
from tests.emulator import run_command
from tests.live.looking import BUCKET, CANARY, KEY, SPEC, TABLE, Looking, written
from tests.resources.stacks import example, reference

LOCK = {"ID": "6a1b0c1e-0000-4000-8000-000000000000", "Operation": "OperationTypeApply", "Who": "ann@laptop"}


def without_credentials(spec: Path, *more: str | Path) -> "subprocess.CompletedProcess[str]":
    return run_command("preflight", spec, *more, aws=None)


@pytest.mark.slow
def test_a_clean_account_gives_a_clean_table(account: Looking, spec: Path) -> None:
    account.make_clean()
    found = account.rows(spec)
    assert found == {code: ["ok"] for code in found}
    assert set(all_checks()) - set(found) == {"PRE108"}  # there are no repositories yet, so nothing to ask about


@pytest.mark.slow
def test_an_empty_account_says_all_that_is_missing_at_once(account: Looking, spec: Path) -> None:
    found = account.rows(spec)
    assert found["PRE101"] == ["ok"]
    assert "there is no bucket" in found["PRE102"][0]
    assert "there is no table" in found["PRE103"][0]
    assert found["PRE104"] == ["ok"]
    assert "no zone" in found["PRE105"][0]
    assert found["PRE106"] == ["there is no secret shared/mail."]


@pytest.mark.slow
def test_credentials_of_another_account(account: Looking, tmp_path: Path) -> None:
    found = account.rows(written(tmp_path, {**SPEC, "account": "999999999999"}))
    assert found["PRE101"] == ["the credentials are of account 123456789012, and the spec is for 999999999999."]


@pytest.mark.slow
def test_a_bucket_without_versions_and_a_table_with_another_key(account: Looking, spec: Path) -> None:
    account.aws.client("s3").create_bucket(Bucket=BUCKET)
    account.make_table("Id")
    found = account.rows(spec)
    assert any("keeps no versions" in cause for cause in found["PRE102"])
    assert "another key than LockID" in found["PRE103"][0]


@pytest.mark.slow
@pytest.mark.parametrize("places", [("table",), ("file",), ("table", "file")])
def test_a_held_lock_says_by_whom_since_when_and_how_to_release_it(
    account: Looking, spec: Path, places: tuple[str, ...]
) -> None:
    account.make_clean()
    told = json.dumps({**LOCK, "Created": "2026-11-24T06:00:00Z", "Info": CANARY})
    if "table" in places:
        item = {"LockID": {"S": f"{BUCKET}/{KEY}"}, "Info": {"S": told}}
        account.aws.client("dynamodb").put_item(TableName=TABLE, Item=item)
    if "file" in places:
        account.aws.client("s3").put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=told.encode())
    assert account.rows(spec)["PRE104"] == [
        "ann@laptop has held the state since 2026-11-24T06:00:00Z for OperationTypeApply."
    ]
    done = account.preflight(spec)
    ways: dict[tuple[str, ...], str] = {("table",): "aws dynamodb delete-item", ("file",): "aws s3 rm"}
    assert ways.get(places, f" force-unlock {LOCK['ID']}") in done.stdout


@pytest.mark.slow
def test_a_zone_that_is_private_and_one_that_is_there_twice(account: Looking, spec: Path) -> None:
    route53, zone = account.aws.client("route53"), SPEC["domain"]["zone"]
    vpc = account.aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    route53.create_hosted_zone(
        Name=zone,
        CallerReference="private",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc},
    )
    assert "only a private zone" in account.rows(spec)["PRE105"][0]
    for reference_ in ("one", "two"):
        route53.create_hosted_zone(Name=zone, CallerReference=reference_)
    assert "2 public zones" in account.rows(spec)["PRE105"][0]


@pytest.mark.slow
def test_a_secret_that_lacks_a_key_and_one_that_waits_for_its_deletion(account: Looking, spec: Path) -> None:
    secrets = account.aws.client("secretsmanager")
    secrets.create_secret(Name="shared/mail", SecretString=json.dumps({"user": CANARY}))
    assert account.rows(spec)["PRE106"] == ["secret shared/mail has no key token."]
    secrets.delete_secret(SecretId="shared/mail", RecoveryWindowInDays=7)
    assert account.rows(spec)["PRE106"] == ["secret shared/mail waits for its deletion and keeps its name."]


@pytest.mark.slow
def test_a_name_that_is_taken_is_told_unless_the_state_knows_it(account: Looking, spec: Path) -> None:
    account.make_clean()
    account.aws.client("logs").create_log_group(logGroupName="/ecs/agentic-aws/stage3v3/nodejs")
    account.aws.client("ecs").create_cluster(clusterName="agentic-aws-stage3v3")
    account.aws.client("ecr").create_repository(repositoryName="agentic-aws/stage3v3/nodejs-old")
    found = account.rows(spec)["PRE107"]
    assert len(found) == 2, found
    assert any(cause.startswith("aws_ecs_cluster agentic-aws-stage3v3 exists") for cause in found)
    known = {
        "mode": "managed",
        "type": "aws_ecs_cluster",
        "name": "main",
        "instances": [{"attributes": {"x": CANARY, "id": "agentic-aws-stage3v3", "name": "agentic-aws-stage3v3"}}],
    }
    account.aws.client("s3").put_object(
        Bucket=BUCKET, Key=KEY, Body=json.dumps({"version": 4, "resources": [known]}).encode()
    )
    found = account.rows(spec)["PRE107"]
    assert [cause.split()[0] for cause in found] == ["aws_cloudwatch_log_group"]
    assert f"stage3c adopt {spec}" in account.preflight(spec).stdout


@pytest.mark.slow
@pytest.mark.parametrize("value", [CANARY, "[" * 5000, '["token"]'])
def test_a_secret_that_is_no_json_object_has_no_keys(account: Looking, spec: Path, value: str) -> None:
    account.aws.client("secretsmanager").create_secret(Name="shared/mail", SecretString=value)
    assert account.rows(spec)["PRE106"] == ["secret shared/mail has no key token, user."]


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000])
def test_a_state_that_cannot_be_read_costs_the_rows_that_hang_on_it(account: Looking, spec: Path, body: bytes) -> None:
    account.make_clean()
    account.aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=body)
    done = account.preflight(spec)
    assert "Traceback" not in done.stderr
    assert "error    PRE119" in done.stdout
    assert "unknown  PRE111" in done.stdout
    assert done.returncode == 1


@pytest.mark.slow
def test_an_image_that_nobody_has_pushed(account: Looking, spec: Path) -> None:
    account.make_clean()
    for service in ("nodejs", "fastapi"):
        account.aws.client("ecr").create_repository(repositoryName=f"agentic-aws/stage3v3/{service}")
    platform = {"os": "linux", "architecture": "amd64"}
    index = {"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [{"platform": platform}]}
    manifest = json.dumps(index)
    account.aws.client("ecr").put_image(
        repositoryName="agentic-aws/stage3v3/fastapi", imageManifest=manifest, imageTag="v1"
    )
    assert account.rows(spec)["PRE108"] == [
        "repository agentic-aws/stage3v3/nodejs has no image v1, from which service nodejs starts."
    ]
    assert "--platform linux/amd64" in account.preflight(spec).stdout


@pytest.mark.slow
def test_a_snapshot_is_judged_offline_like_the_account_and_holds_no_secret(
    account: Looking, spec: Path, tmp_path: Path
) -> None:
    account.make_clean()
    account.aws.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    saved = tmp_path / "account.json"
    live = account.preflight(spec, "--save", saved)
    assert CANARY not in saved.read_text(encoding="utf-8")
    offline = without_credentials(spec, "--from", saved)
    assert (offline.returncode, offline.stdout) == (live.returncode, live.stdout) == (1, live.stdout)


@pytest.mark.slow
def test_a_file_that_is_no_snapshot_is_never_written_over(account: Looking, spec: Path, tmp_path: Path) -> None:
    account.make_clean()
    before, other = spec.read_text(encoding="utf-8"), tmp_path / "account.json"
    done = account.preflight(spec, "--save", spec)
    assert done.returncode == 2
    assert "no snapshot" in done.stderr
    assert spec.read_text(encoding="utf-8") == before
    for _ in range(2):  # one of its own it renews
        assert account.preflight(spec, "--save", other).returncode == 0
    assert json.loads(other.read_text(encoding="utf-8"))["stack"] == "agentic-aws-stage3v3"


def test_no_credentials_is_one_clear_line(spec: Path) -> None:
    done = without_credentials(spec)
    assert done.returncode == 3
    assert "there are no AWS credentials" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["nowhere", "file:///etc/passwd", "http://", "http://a b", "http://[::1"])
def test_an_endpoint_that_is_no_url_is_one_clear_line(spec: Path, url: str) -> None:
    done = without_credentials(spec, "--endpoint-url", url)
    assert done.returncode == 2
    assert "not an http or https URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("code", all_checks())
def test_every_check_is_explained(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stage3c.cli.main", "explain", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert all_checks()[code].why in done.stdout


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"preflight": 1}', '{"preflight": 1, "answers": [1]}', "[" * 100_000, "\x00"]
)
def test_what_is_no_snapshot_is_refused(spec: Path, tmp_path: Path, text: str) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(text, encoding="utf-8")
    done = without_credentials(spec, "--from", saved)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def outcomes(stack: Stack, answers: dict[str, Any]) -> dict[str, str]:
    return {row.check.id: row.outcome for row in judge(stack, answers)}


def test_a_look_up_that_is_not_allowed_costs_one_row() -> None:
    answers = {
        "PRE104": {"answer": {"table": None, "file": None}},
        "PRE101": {"unknown": "it was answered AccessDenied"},
    }
    told = outcomes(reference(), answers)
    assert (told["PRE101"], told["PRE104"]) == ("unknown", "ok")


@pytest.mark.parametrize("junk", [1, "x", [], {}, [1], {"exists": True}, {"table": 1, "file": {}}])
def test_answers_that_cannot_be_read_are_unknown_and_never_a_traceback(junk: object) -> None:
    answers = {code: {"answer": junk} for code in all_checks()}
    for stack in (reference(), example()):
        assert set(outcomes(stack, answers).values()) <= {"unknown", "error", "ok"}
    answers_of(snapshot(reference(), answers), reference())


def test_an_answer_that_leads_in_a_circle_is_unknown() -> None:
    """As that of a server which sends botocore from itself to itself."""

    def go_round() -> None:
        raise RecursionError

    with pytest.raises(Unanswered, match="not one of AWS"):
        Account("us-east-1").sent("sts", go_round)


def test_a_snapshot_of_another_stack_is_refused() -> None:
    with pytest.raises(LiveError, match="another stack"):
        answers_of(snapshot(example(), {}), reference())


def test_every_check_says_why_and_where_it_is_known_from() -> None:
    for check in all_checks().values():
        assert check.title
        assert check.why.endswith(".")
        assert check.source.startswith("https://")
