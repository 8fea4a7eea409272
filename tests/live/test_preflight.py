"""Every problem that preflight finds is made in an emulated account; judging is also held on saved answers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.live.account import LiveError
from compiler.live.checks import all_checks
from compiler.live.preflight import answers_of, judge, snapshot
from compiler.model.stack import Stack
from tests.conftest import ROOT
from tests.emulator import Emulator, emulator, run_command
from tests.resources.stacks import example, reference

CANARY = "canary-3f9c2a7e"
SPEC: dict[str, Any] = yaml.safe_load((ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8"))
SPEC["secrets"] = {"mail": {"format": "json", "keys": ["user", "token"], "existing": "shared/mail"}}
SPEC["services"]["nodejs"]["secrets"] = {"MAIL_TOKEN": "mail.token"}
BUCKET, TABLE = SPEC["state"]["bucket"], SPEC["state"]["lock_table"]
KEY = "agentic-aws/stage3v3/terraform.tfstate"
LOCK = {"ID": "6a1b0c1e-0000-4000-8000-000000000000", "Operation": "OperationTypeApply", "Who": "ann@laptop"}


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with emulator() as started:
        yield started


@pytest.fixture
def aws(running: Emulator) -> Emulator:
    """A clean account."""
    import urllib.request

    request = urllib.request.Request(f"{running.url}/moto-api/reset", method="POST")  # noqa: S310 - loopback
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - likewise
    return running


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return written(tmp_path, SPEC)


def written(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "shop.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def preflight(aws: Emulator | None, spec: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run_command("preflight", spec, *more, aws=aws)


def rows(aws: Emulator, spec: Path) -> dict[str, list[str]]:
    """The causes by check; `ok` for a check that is fine."""
    done = preflight(aws, spec, "--format", "json")
    assert CANARY not in done.stdout + done.stderr
    found: dict[str, list[str]] = {}
    for row in json.loads(done.stdout)["rows"]:
        found.setdefault(row["id"], []).append(row["cause"] or row["outcome"])
    expected = 0 if {text for texts in found.values() for text in texts} == {"ok"} else 1
    assert done.returncode == expected, done.stderr
    return found


def make_clean(aws: Emulator) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    make_table(aws, "LockID")
    aws.client("route53").create_hosted_zone(Name=SPEC["domain"]["zone"], CallerReference="one")
    value = json.dumps({"user": CANARY, "token": CANARY})
    aws.client("secretsmanager").create_secret(Name="shared/mail", SecretString=value)


def make_table(aws: Emulator, key: str) -> None:
    aws.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.slow
def test_a_clean_account_gives_a_clean_table(aws: Emulator, spec: Path) -> None:
    make_clean(aws)
    found = rows(aws, spec)
    assert found == {code: ["ok"] for code in found}
    assert set(all_checks()) - set(found) == {"PRE108"}  # there are no repositories yet, so nothing to ask about


@pytest.mark.slow
def test_an_empty_account_says_all_that_is_missing_at_once(aws: Emulator, spec: Path) -> None:
    found = rows(aws, spec)
    assert found["PRE101"] == ["ok"]
    assert "there is no bucket" in found["PRE102"][0]
    assert "there is no table" in found["PRE103"][0]
    assert found["PRE104"] == ["ok"]
    assert "no zone" in found["PRE105"][0]
    assert found["PRE106"] == ["there is no secret shared/mail."]


@pytest.mark.slow
def test_credentials_of_another_account(aws: Emulator, tmp_path: Path) -> None:
    found = rows(aws, written(tmp_path, {**SPEC, "account": "999999999999"}))
    assert found["PRE101"] == ["the credentials are of account 123456789012, and the spec is for 999999999999."]


@pytest.mark.slow
def test_a_bucket_without_versions_and_a_table_with_another_key(aws: Emulator, spec: Path) -> None:
    aws.client("s3").create_bucket(Bucket=BUCKET)
    make_table(aws, "Id")
    found = rows(aws, spec)
    assert any("keeps no versions" in cause for cause in found["PRE102"])
    assert "another key than LockID" in found["PRE103"][0]


@pytest.mark.slow
@pytest.mark.parametrize("places", [("table",), ("file",), ("table", "file")])
def test_a_held_lock_says_by_whom_since_when_and_how_to_release_it(
    aws: Emulator, spec: Path, places: tuple[str, ...]
) -> None:
    make_clean(aws)
    told = json.dumps({**LOCK, "Created": "2026-11-24T06:00:00Z", "Info": CANARY})
    if "table" in places:
        item = {"LockID": {"S": f"{BUCKET}/{KEY}"}, "Info": {"S": told}}
        aws.client("dynamodb").put_item(TableName=TABLE, Item=item)
    if "file" in places:
        aws.client("s3").put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=told.encode())
    assert rows(aws, spec)["PRE104"] == [
        "ann@laptop has held the state since 2026-11-24T06:00:00Z for OperationTypeApply."
    ]
    done = preflight(aws, spec)
    ways: dict[tuple[str, ...], str] = {("table",): "aws dynamodb delete-item", ("file",): "aws s3 rm"}
    assert ways.get(places, f"terraform force-unlock {LOCK['ID']}") in done.stdout


@pytest.mark.slow
def test_a_zone_that_is_private_and_one_that_is_there_twice(aws: Emulator, spec: Path) -> None:
    route53, zone = aws.client("route53"), SPEC["domain"]["zone"]
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    route53.create_hosted_zone(
        Name=zone,
        CallerReference="private",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc},
    )
    assert "only a private zone" in rows(aws, spec)["PRE105"][0]
    for reference_ in ("one", "two"):
        route53.create_hosted_zone(Name=zone, CallerReference=reference_)
    assert "2 public zones" in rows(aws, spec)["PRE105"][0]


@pytest.mark.slow
def test_a_secret_that_lacks_a_key_and_one_that_waits_for_its_deletion(aws: Emulator, spec: Path) -> None:
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="shared/mail", SecretString=json.dumps({"user": CANARY}))
    assert rows(aws, spec)["PRE106"] == ["secret shared/mail has no key token."]
    secrets.delete_secret(SecretId="shared/mail", RecoveryWindowInDays=7)
    assert rows(aws, spec)["PRE106"] == ["secret shared/mail waits for its deletion and keeps its name."]


@pytest.mark.slow
def test_a_name_that_is_taken_is_told_unless_the_state_knows_it(aws: Emulator, spec: Path) -> None:
    make_clean(aws)
    aws.client("logs").create_log_group(logGroupName="/ecs/agentic-aws/stage3v3/nodejs")
    aws.client("ecs").create_cluster(clusterName="agentic-aws-stage3v3")
    aws.client("ecr").create_repository(repositoryName="agentic-aws/stage3v3/nodejs-old")
    found = rows(aws, spec)["PRE107"]
    assert len(found) == 2, found
    assert any(cause.startswith("aws_ecs_cluster agentic-aws-stage3v3 exists") for cause in found)
    known = {"mode": "managed", "type": "aws_ecs_cluster", "name": "main", "instances": [{"attributes": {"x": CANARY}}]}
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps({"version": 4, "resources": [known]}).encode())
    found = rows(aws, spec)["PRE107"]
    assert [cause.split()[0] for cause in found] == ["aws_cloudwatch_log_group"]
    assert "stage3c adopt SPEC" in preflight(aws, spec).stdout


@pytest.mark.slow
@pytest.mark.parametrize("value", [CANARY, "[" * 5000, '["token"]'])
def test_a_secret_that_is_no_json_object_has_no_keys(aws: Emulator, spec: Path, value: str) -> None:
    aws.client("secretsmanager").create_secret(Name="shared/mail", SecretString=value)
    assert rows(aws, spec)["PRE106"] == ["secret shared/mail has no key token, user."]


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000])
def test_a_state_that_cannot_be_read_costs_one_row(aws: Emulator, spec: Path, body: bytes) -> None:
    make_clean(aws)
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=body)
    done = preflight(aws, spec)
    assert "Traceback" not in done.stderr
    assert "unknown  PRE107" in done.stdout


@pytest.mark.slow
def test_an_image_that_nobody_has_pushed(aws: Emulator, spec: Path) -> None:
    make_clean(aws)
    for service in ("nodejs", "fastapi"):
        aws.client("ecr").create_repository(repositoryName=f"agentic-aws/stage3v3/{service}")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"})
    aws.client("ecr").put_image(repositoryName="agentic-aws/stage3v3/fastapi", imageManifest=manifest, imageTag="v1")
    assert rows(aws, spec)["PRE108"] == [
        "repository agentic-aws/stage3v3/nodejs has no image v1, from which service nodejs starts."
    ]
    assert "--platform linux/amd64" in preflight(aws, spec).stdout


@pytest.mark.slow
def test_a_snapshot_is_judged_offline_like_the_account_and_holds_no_secret(
    aws: Emulator, spec: Path, tmp_path: Path
) -> None:
    make_clean(aws)
    aws.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    saved = tmp_path / "account.json"
    live = preflight(aws, spec, "--save", saved)
    assert CANARY not in saved.read_text(encoding="utf-8")
    offline = preflight(None, spec, "--from", saved)
    assert (offline.returncode, offline.stdout) == (live.returncode, live.stdout) == (1, live.stdout)


def test_no_credentials_is_one_clear_line(spec: Path) -> None:
    done = preflight(None, spec)
    assert done.returncode == 3
    assert "there are no AWS credentials" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["nowhere", "file:///etc/passwd", "http://", "http://a b", "http://[::1"])
def test_an_endpoint_that_is_no_url_is_one_clear_line(spec: Path, url: str) -> None:
    done = preflight(None, spec, "--endpoint-url", url)
    assert done.returncode == 3
    assert "no URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("code", all_checks())
def test_every_check_is_explained(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "compiler.cli", "explain", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert all_checks()[code].why in done.stdout


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"preflight": 1}', '{"preflight": 1, "answers": [1]}', "[" * 100_000, "\x00"]
)
def test_what_is_no_snapshot_is_refused(spec: Path, tmp_path: Path, text: str) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(text, encoding="utf-8")
    done = preflight(None, spec, "--from", saved)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def outcomes(stack: Stack, answers: dict[str, Any]) -> dict[str, str]:
    return {row.check.id: row.outcome for row in judge(stack, answers)}


def test_a_look_up_that_is_not_allowed_costs_one_row() -> None:
    answers = {code: {"answer": None} for code in all_checks()}
    answers["PRE101"] = {"unknown": "GetCallerIdentity was answered AccessDenied"}  # type: ignore[dict-item]
    assert outcomes(reference(), answers) == {"PRE101": "unknown"}


@pytest.mark.parametrize("junk", [1, "x", [], {}, [1], {"exists": True}, {"table": 1, "file": {}}])
def test_answers_that_cannot_be_read_are_unknown_and_never_a_traceback(junk: object) -> None:
    answers = {code: {"answer": junk} for code in all_checks()}
    for stack in (reference(), example()):
        assert set(outcomes(stack, answers).values()) <= {"unknown", "error", "ok"}
    answers_of(snapshot(reference(), answers), reference())


def test_a_snapshot_of_another_stack_is_refused() -> None:
    with pytest.raises(LiveError, match="another stack"):
        answers_of(snapshot(example(), {}), reference())


def test_every_check_says_why_and_where_it_is_known_from() -> None:
    for check in all_checks().values():
        assert check.title
        assert check.why.endswith(".")
        assert check.source.startswith("https://")
