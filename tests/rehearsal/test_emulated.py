"""The emulated account of a rehearsal: prepared, on loopback, and emptied by its own deletions."""

from collections.abc import Iterator

import boto3
import pytest
from stage3c.pipeline import compile_spec
from stage3c.rehearsal import remainder
from stage3c.rehearsal.emulated import Emulated
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
