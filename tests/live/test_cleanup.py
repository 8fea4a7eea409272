"""What cleanup lists, what it deletes when told twice, and what it never deletes: in an emulated account."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from stage3c.aws.kinds.kind import Refused
from stage3c.live.account import Account
from stage3c.live.checks import state_lock

from tests.emulator import Emulator, run_command
from tests.live.test_adopt import BUCKET, KEY, OURS, SPEC, STACK

pytestmark = pytest.mark.slow
RECORDS = Path(tempfile.mkdtemp())
TABLE = "agentic-aws-terraform-locks"
THEIRS = [{"Key": "Stack", "Value": "another"}]


@pytest.fixture(autouse=True)
def _bucket(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket=BUCKET)
    aws.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def state(aws: Emulator, **names: str) -> None:
    """A state that knows some addresses, each with the id of something."""
    instances: list[dict[str, Any]] = []
    for address, identity in names.items():
        kind, _, name = address.partition("__")
        attributes = {"attributes": {"id": identity, "password": "canary"}}
        instances.append({"mode": "managed", "type": kind, "name": name, "instances": [attributes]})
    aws.client("s3").put_object(
        Bucket=BUCKET, Key=KEY, Body=json.dumps({"version": 4, "resources": instances}).encode()
    )


def vpc(aws: Emulator, tags: list[dict[str, str]]) -> str:
    ec2 = aws.client("ec2")
    identity = str(ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])
    ec2.create_tags(Resources=[identity], Tags=tags)
    return identity


def left(aws: Emulator) -> dict[str, str]:
    """What is listed: ids, and why they stay."""
    done = run_command("cleanup", SPEC, "--format", "json", aws=aws)
    assert done.returncode == 0, done.stderr
    return {each["identity"]: each["stays"] for each in json.loads(done.stdout)["left"]}


def told_twice(aws: Emulator, typed: str, spec: Path = SPEC) -> "subprocess.CompletedProcess[str]":
    """`cleanup --yes`, with a name typed."""
    return run_command("cleanup", spec, "--yes", "--record", RECORDS / f"{uuid4()}.json", aws=aws, typed=f"{typed}\n")


def vpcs(aws: Emulator) -> set[str]:
    return {each["VpcId"] for each in aws.client("ec2").describe_vpcs()["Vpcs"]}


def test_what_carries_the_tag_and_is_in_no_state_is_listed_and_nothing_else(aws: Emulator) -> None:
    known, lost, other = vpc(aws, OURS), vpc(aws, OURS), vpc(aws, THEIRS)
    state(aws, aws_vpc__main=known)
    listed = left(aws)
    assert lost in listed
    assert known not in listed
    assert other not in listed
    assert {known, lost, other} <= vpcs(aws), "listing deletes nothing"


def test_the_commands_come_in_an_order_that_works(aws: Emulator) -> None:
    ours, ec2 = vpc(aws, OURS), aws.client("ec2")
    subnet = ec2.create_subnet(VpcId=ours, CidrBlock="10.9.3.0/24")["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[subnet], Tags=OURS)
    state(aws)
    commands = json.loads(run_command("cleanup", SPEC, "--format", "json", aws=aws).stdout)["commands"]
    mine = [command for command in commands if ours in command or subnet in command]
    where = "--region us-east-1"  # in another region there may be a stack of the same name
    assert mine == [
        f"aws ec2 delete-subnet --subnet-id {subnet} {where}",
        f"aws ec2 delete-vpc --vpc-id {ours} {where}",
    ]


def test_a_wrong_name_deletes_nothing(aws: Emulator) -> None:
    ours = vpc(aws, OURS)
    state(aws)
    done = told_twice(aws, "yes")
    assert (done.returncode, "nothing was deleted" in done.stderr) == (2, True)
    assert ours in vpcs(aws)


def test_the_right_name_deletes_what_is_listed_and_keeps_data(aws: Emulator) -> None:
    ours, other, s3 = vpc(aws, OURS), vpc(aws, THEIRS), aws.client("s3")
    for name in ("full-of-data", "empty-of-data"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": OURS})
    s3.put_object(Bucket="full-of-data", Key="one", Body=b"x")
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="someone",
        MasterUserPassword="not-a-secret",
        Tags=OURS,
    )
    state(aws)
    assert {name for name, why in left(aws).items() if why} == {"full-of-data", "orders"}
    for _ in range(2):
        done = told_twice(aws, STACK)
        assert done.returncode == 0, done.stderr
    assert ours not in vpcs(aws)
    assert other in vpcs(aws)
    names = {each["Name"] for each in s3.list_buckets()["Buckets"]}
    assert "full-of-data" in names
    assert "empty-of-data" not in names
    assert len(aws.client("rds").describe_db_instances()["DBInstances"]) == 1
    assert set(left(aws)) == {"full-of-data", "orders"}


def test_without_a_state_it_lists_and_refuses_to_delete(aws: Emulator) -> None:
    ours = vpc(aws, OURS)
    assert ours in left(aws)
    done = told_twice(aws, STACK)
    assert done.returncode != 0
    assert "has no state" in done.stderr
    assert "stage3c adopt" in done.stderr
    assert ours in vpcs(aws)


def test_while_somebody_holds_the_lock_nothing_is_deleted(aws: Emulator) -> None:
    ours = vpc(aws, OURS)
    state(aws)
    lock = json.dumps(
        {"ID": "5c", "Who": "ann@host", "Operation": "OperationTypeApply", "Created": "2026-01-01T00:00:00Z"}
    )
    aws.client("s3").put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=lock.encode())
    done = told_twice(aws, STACK)
    assert done.returncode != 0
    assert "ann@host" in done.stderr
    assert ours in vpcs(aws)


def test_what_something_of_others_stands_in_stays_and_the_rest_goes(aws: Emulator) -> None:
    ours, ec2 = vpc(aws, OURS), aws.client("ec2")
    stranger = ec2.create_subnet(VpcId=ours, CidrBlock="10.9.4.0/24")["Subnet"]["SubnetId"]
    free = "/old/unused"
    aws.client("logs").create_log_group(logGroupName=free, tags={each["Key"]: each["Value"] for each in OURS})
    state(aws, aws_cloudwatch_dashboard__main="board")
    assert stranger in left(aws)[ours]
    assert left(aws)[free] == ""
    done = told_twice(aws, STACK)
    assert done.returncode == 0, done.stderr
    assert stranger in {each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]}
    assert ours in vpcs(aws)
    assert not aws.client("logs").describe_log_groups()["logGroups"]


def test_the_first_command_that_fails_ends_it(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted([vpc(aws, OURS), vpc(aws, OURS)])
    state(aws)
    perform, asked = Account.perform, list[str]()

    def refuse(account: Account, words: list[str]) -> None:
        asked.extend(words)
        if first in words:
            raise Refused("DeleteVpc", "DependencyViolation")
        perform(account, words)

    monkeypatch.setattr(Account, "perform", refuse)
    done = told_twice(aws, STACK)
    assert done.returncode == 1
    command = f"aws ec2 delete-vpc --vpc-id {first} --region us-east-1"
    assert f"failed   {command}: DeleteVpc returned DependencyViolation" in done.stderr
    assert "stopped" in done.stderr
    assert second not in asked
    assert {first, second} <= vpcs(aws)


def test_a_name_that_is_a_trap_is_quoted_or_left_to_the_user(aws: Emulator) -> None:
    cloudwatch = aws.client("cloudwatch")
    for name in ("$(touch x); y", "--all", "a\x1b[2Jb"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="n",
            MetricName="m",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
            Tags=OURS,
        )
    state(aws)
    done = run_command("cleanup", SPEC, aws=aws)
    assert "\x1b" not in done.stdout
    assert "aws cloudwatch delete-alarms --alarm-names '$(touch x); y'" in done.stdout
    assert "--alarm-names --all" not in done.stdout
    assert "reads like an option" in done.stdout


def test_an_account_that_cannot_be_asked_is_one_clear_line() -> None:
    done = run_command("cleanup", SPEC, "--endpoint-url", "http://127.0.0.1:9", aws=None)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "error" in done.stderr


def test_what_the_stack_in_use_wants_is_never_deleted(aws: Emulator) -> None:
    """A state that knows half: the other half looks left over, and serves."""
    ours, ec2 = vpc(aws, OURS), aws.client("ec2")
    group = ec2.create_security_group(GroupName=f"{STACK}-service-fastapi", Description="x", VpcId=ours)["GroupId"]
    old = ec2.create_security_group(GroupName=f"{STACK}-service-old", Description="x", VpcId=ours)["GroupId"]
    ec2.create_tags(Resources=[group, old], Tags=OURS)
    state(aws, aws_vpc__main=ours)
    assert {name: bool(why) for name, why in left(aws).items()} == {group: True, old: False}
    assert told_twice(aws, STACK).returncode == 0
    there = {each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]}
    assert group in there
    assert old not in there


def test_what_a_database_that_stays_stands_on_stays_with_it(aws: Emulator) -> None:
    ours, ec2 = vpc(aws, OURS), aws.client("ec2")
    subnets = [
        ec2.create_subnet(VpcId=ours, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in ((5, "a"), (6, "b"))
    ]
    free = ec2.create_subnet(VpcId=ours, CidrBlock="10.9.7.0/24")["Subnet"]["SubnetId"]
    ids = [each["SubnetId"] for each in subnets]
    ec2.create_tags(Resources=[*ids, free], Tags=OURS)
    rds = aws.client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="orders", DBSubnetGroupDescription="x", SubnetIds=ids, Tags=OURS)
    group = ec2.create_security_group(GroupName="orders", Description="x", VpcId=ours)["GroupId"]
    ec2.create_tags(Resources=[group], Tags=OURS)
    password = aws.client("secretsmanager").create_secret(Name="orders", SecretString="x", Tags=OURS)["ARN"]
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="someone",
        MasterUserPassword="not-a-secret",
        DBSubnetGroupName="orders",
        VpcSecurityGroupIds=[group],
        Tags=OURS,
    )
    state(aws)
    assert all(left(aws).values()), "an empty state is a lost one while something runs"
    state(aws, aws_cloudwatch_dashboard__main="board")
    assert {name for name, why in left(aws).items() if not why} == {free}
    assert told_twice(aws, STACK).returncode == 0
    assert set(left(aws)) == {ours, *ids, group, password, "orders"}


def test_what_is_gone_already_is_not_listed_again(aws: Emulator) -> None:
    ecs, secrets = aws.client("ecs"), aws.client("secretsmanager")
    lower = [{"key": tag["Key"], "value": tag["Value"]} for tag in OURS]
    ecs.create_cluster(clusterName="old", tags=lower)
    container = {"name": "web", "image": "x", "memory": 128}
    ecs.register_task_definition(family="old", containerDefinitions=[container], tags=lower)
    ecs.create_service(cluster="old", serviceName="web", taskDefinition="old", desiredCount=0, tags=lower)
    secrets.create_secret(Name="old", SecretString="x", Tags=OURS)
    state(aws)
    assert len(left(aws)) == 4
    assert told_twice(aws, STACK).returncode == 0
    assert list(left(aws).values()) == ["it has a value"]


def test_a_bucket_of_delete_markers_and_a_protected_load_balancer_say_why_they_stay(aws: Emulator) -> None:
    s3, elb, ec2 = aws.client("s3"), aws.client("elbv2"), aws.client("ec2")
    for name in ("marked", "older"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": OURS})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        version = s3.put_object(Bucket=name, Key="one", Body=b"x")["VersionId"]
        s3.delete_object(Bucket=name, Key="one")
        if name == "marked":
            s3.delete_object(Bucket=name, Key="one", VersionId=version)
    network = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in ((8, "a"), (9, "b"))
    ]
    made = elb.create_load_balancer(Name="old", Subnets=[each["SubnetId"] for each in subnets], Tags=OURS)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    protected = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protected)
    state(aws)
    told = left(aws)
    assert "delete markers" in told["marked"]
    assert "old versions" in told["older"]
    assert "deletion protection" in told[arn]


def test_nothing_is_deleted_once_somebody_has_released_the_lock(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    known, lost = vpc(aws, OURS), vpc(aws, OURS)
    state(aws, aws_vpc__main=known)
    monkeypatch.setattr(state_lock, "ask", lambda *_: {"file": None, "table": None})
    done = told_twice(aws, STACK)
    assert done.returncode == 3, done.stderr
    assert "lock was released meanwhile" in done.stderr
    assert lost in vpcs(aws)
