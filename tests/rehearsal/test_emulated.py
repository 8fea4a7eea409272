"""The emulated account of a rehearsal: prepared, on loopback, and emptied by its own deletions."""

import os
import subprocess
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import boto3
import pytest
from stage3c.pipeline import compile_spec
from stage3c.rehearsal import remainder
from stage3c.rehearsal.emulated import Emulated
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.isolation import isolated
from stage3c.rehearsal.processes import processes

from tests.conftest import ROOT

REGION = "us-east-1"


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    spec = ROOT / "specs" / "stage3v3.yaml"
    (build,) = compile_spec(spec.read_bytes(), str(spec)).builds
    with isolated(REGION), processes(tmp_path_factory.mktemp("logs")) as running:
        yield Emulated(running, build.stack)


def test_it_is_on_loopback_and_has_the_zone_the_roles_and_the_managed_policies(emulated: Emulated) -> None:
    assert emulated.url.startswith("http://127.0.0.1:")
    ask = emulated.account.ask
    assert ask("route53.list_hosted_zones")["HostedZones"][0]["Name"] == "a-g-e-n-t-i-c.com."
    assert {each["Path"] for each in ask("iam.list_roles")["Roles"]} >= {"/aws-service-role/ecs.amazonaws.com/"}
    assert ask("iam.get_policy", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")["Policy"]


def test_what_is_made_is_in_the_inventory_until_it_is_deleted(emulated: Emulated) -> None:
    before = emulated.inventory()
    ask = emulated.account.ask
    vpc = ask("ec2.create_vpc", CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    key = ask("kms.create_key")["KeyMetadata"]["KeyId"]
    _, unexpected = remainder.judged(before, emulated.inventory())
    assert any(vpc in each and "ec2 vpcs" in each for each in unexpected)
    assert any(key in each for each in unexpected)
    ask("ec2.delete_vpc", VpcId=vpc)
    ask("kms.schedule_key_deletion", KeyId=key, PendingWindowInDays=7)
    own = ask("kms.describe_key", KeyId="alias/aws/rds")["KeyMetadata"]["KeyId"]
    expected, unexpected = remainder.judged(before, emulated.inventory())
    assert unexpected == []
    assert len(expected) == 2
    assert own in expected[0]
    assert key in expected[1]
    assert boto3.Session().get_credentials().access_key == "testing"


def test_a_bucket_can_be_emptied_of_versions_and_delete_markers(emulated: Emulated) -> None:
    ask, bucket = emulated.account.ask, "versioned"
    ask("s3.create_bucket", Bucket=bucket)
    ask("s3.put_bucket_versioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    ask("s3.put_object", Bucket=bucket, Key="state", Body=b"1")
    ask("s3.delete_object", Bucket=bucket, Key="state")
    found = ask("s3.list_object_versions", Bucket=bucket)
    versions = [*found["Versions"], *found["DeleteMarkers"]]
    keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
    assert len(ask("s3.delete_objects", Bucket=bucket, Delete={"Objects": keys})["Deleted"]) == 2
    ask("s3.delete_bucket", Bucket=bucket)


def test_a_deleted_secret_and_the_default_event_bus_are_kept(emulated: Emulated) -> None:
    before = emulated.inventory()
    emulated.account.ask("secretsmanager.create_secret", Name="token", SecretString="x")
    emulated.account.ask("secretsmanager.delete_secret", SecretId="token", RecoveryWindowInDays=7)
    emulated.account.ask("events.put_rule", Name="hourly", ScheduleExpression="rate(1 hour)")
    emulated.account.ask("events.delete_rule", Name="hourly")
    expected, unexpected = remainder.judged(before, emulated.inventory())
    kept = [each.partition(" (")[0] for each in expected]
    assert kept == ["secretsmanager secrets: token deleted", "events event_buses: default"]
    assert unexpected == []


def test_an_account_that_has_ended_is_a_failure(emulated: Emulated, tmp_path: Path) -> None:
    ended = copy(emulated)
    with processes(tmp_path) as running:
        pipe = subprocess.PIPE
        process = running.start(["true"], tmp_path, {"PATH": os.defpath}, "x.log", stdin=pipe, stdout=pipe)
        process.wait()
        vars(ended)["_process"] = process
        with pytest.raises(Failed, match="has ended"):
            ended.inventory()


def test_another_emulator_is_prepared_once_more_and_has_no_inventory(emulated: Emulated, tmp_path: Path) -> None:
    spec = ROOT / "specs" / "stage3v3.yaml"
    (build,) = compile_spec(spec.read_bytes(), str(spec)).builds
    with processes(tmp_path) as running:
        other = Emulated(running, build.stack, emulated.url)
        assert (other.url, other.has_inventory, other.inventory()) == (emulated.url, False, {})
    assert len(emulated.account.ask("route53.list_hosted_zones")["HostedZones"]) == 1
