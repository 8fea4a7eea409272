"""Point 5: nothing is prepared for a deletion that is refused, and the first surprise ends everything."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import Stack, cleanup, stack
from tests.live.safety.by_hand import TRUST, events
from tests.live.safety.making.network import pairs
from tests.live.safety.test_point_4_lock import leave, leave_group, of_the_account

pytestmark = pytest.mark.slow
NOTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
IMAGE = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}


@pytest.fixture
def ours(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.chdir(tmp_path)
    return stack(world, "web.yaml", tmp_path / "out").deployed("aws_vpc.main", "aws_ecs_cluster.main")


def subnet_of(ours: Stack, cidr: str) -> str:
    """A subnet that somebody else made in our VPC."""
    asked = {"VpcId": ours.made["aws_vpc.main"]["id"], "CidrBlock": cidr}
    return str(ours.world.client("ec2").create_subnet(**asked)["Subnet"]["SubnetId"])


def test_a_group_that_an_interface_has_keeps_its_rules(ours: Stack) -> None:
    group = leave_group(ours)
    subnet = subnet_of(ours, "10.0.0.128/26")
    ours.world.client("ec2").create_network_interface(SubnetId=subnet, Groups=[group])
    assert not cleanup(ours).touched


def test_a_group_that_a_foreign_rule_names_keeps_its_rules(ours: Stack) -> None:
    group, ec2 = leave_group(ours), ours.world.client("ec2")
    vpc = ours.made["aws_vpc.main"]["id"]
    other = ec2.create_security_group(GroupName="theirs", Description="x", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    assert not cleanup(ours).touched


def test_a_route_table_that_a_subnet_uses_keeps_its_association(ours: Stack) -> None:
    ec2 = ours.world.client("ec2")
    table = ec2.create_route_table(VpcId=ours.made["aws_vpc.main"]["id"])["RouteTable"]["RouteTableId"]
    ec2.create_tags(Resources=[table], Tags=pairs({**ours.what.tags, "Name": "shop-prod-old"}))
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_of(ours, "10.0.0.128/26"))
    assert not cleanup(ours).touched


def role(ours: Stack, name: str) -> None:
    """A role of ours that is left over, with a policy of its own."""
    iam = ours.world.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=pairs(ours.what.tags))
    policy = json.dumps(NOTHING)
    iam.put_role_policy(RoleName=name, PolicyName="execution", PolicyDocument=policy)


def test_a_role_with_a_profile_keeps_its_policies(ours: Stack) -> None:
    role(ours, "shop-prod-old-execution-us-east-1")
    iam = ours.world.client("iam")
    iam.create_instance_profile(InstanceProfileName="old")
    iam.add_role_to_instance_profile(InstanceProfileName="old", RoleName="shop-prod-old-execution-us-east-1")
    assert not cleanup(ours).touched


def test_a_role_with_an_attached_policy_keeps_its_own_policies(ours: Stack) -> None:
    role(ours, "shop-prod-old-execution-us-east-1")
    iam = ours.world.client("iam")
    document = json.dumps(NOTHING)
    arn = iam.create_policy(PolicyName="theirs", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="shop-prod-old-execution-us-east-1", PolicyArn=arn)
    assert not cleanup(ours).touched


def test_a_role_that_a_running_service_uses_keeps_its_policies(ours: Stack) -> None:
    """A task definition that somebody registered names it, and runs."""
    role(ours, "shop-prod-old-execution-us-east-1")
    ecs, account = ours.world.client("ecs"), "arn:aws:iam::123456789012:role/"
    told = ecs.register_task_definition(
        family="theirs",
        executionRoleArn=f"{account}shop-prod-old-execution-us-east-1",
        containerDefinitions=[{"name": "x", "image": "x", "memory": 128}],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_cluster(clusterName="theirs")
    ecs.create_service(cluster="theirs", serviceName="theirs", taskDefinition=told, desiredCount=1)
    effect = cleanup(ours)
    assert not effect.touched, effect.done.said


def test_an_internet_gateway_whose_network_has_addresses_stays_attached(ours: Stack) -> None:
    ec2, vpc = ours.world.client("ec2"), ours.made["aws_vpc.main"]["id"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.create_tags(Resources=[gateway], Tags=pairs({**ours.what.tags, "Name": "shop-prod-old"}))
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = subnet_of(ours, "10.0.0.128/26")
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)
    effect = cleanup(ours)
    assert not effect.touched, effect.done.said


def test_the_first_surprise_ends_everything(ours: Stack) -> None:
    """Three topics are left over; AWS refuses the first that is tried."""
    leave(ours, "shop-prod-old-1", "shop-prod-old-2", "shop-prod-old-3")
    leave_group(ours)
    ours.world.refuse("sns", "DeleteTopic", code="InternalError")
    effect = cleanup(ours)
    tried = [call.operation for call in ours.world.calls if of_the_account(call)]
    assert tried.count("DeleteTopic") == 1, tried
    assert tried[-1] == "DeleteTopic", "nothing is done after a surprise"
    assert not {kind for kind, _ in effect.gone} & {"aws_sns_topic"}
    assert effect.done.code != 0
    assert states.locks(ours.world, ours.what.stack) == {}


def test_each_is_prepared_right_before_it_is_deleted(ours: Stack) -> None:
    """Two groups are left over: the second is not touched before the first is gone."""
    first, second = leave_group(ours, "shop-prod-service-old"), leave_group(ours, "shop-prod-service-older")
    effect = cleanup(ours)
    assert {("aws_security_group", first), ("aws_security_group", second)} <= effect.gone, effect.done.said
    order = [
        call.params.get("GroupId") for call in ours.world.calls if of_the_account(call) and "GroupId" in call.params
    ]
    assert len([1 for before, after in pairwise(order) if before != after]) == 1, order


@pytest.mark.parametrize("kind", ["log group", "repository", "secret", "topic", "bucket"])
def test_what_holds_data_stays_though_it_is_ours_and_left_over(ours: Stack, kind: str) -> None:
    tags, world = pairs(ours.what.tags), ours.world
    if kind == "log group":
        world.client("logs").create_log_group(logGroupName="/ecs/shop/prod/old", tags=ours.what.tags)
        events(world, "/ecs/shop/prod/old", "what happened last week")
    if kind == "repository":
        ecr = world.client("ecr")
        ecr.create_repository(repositoryName="shop/prod/old", tags=tags)
        ecr.put_image(repositoryName="shop/prod/old", imageManifest=json.dumps(IMAGE), imageTag="v1")
    if kind == "secret":
        word = {"SecretString": "a value"}
        world.client("secretsmanager").create_secret(Name="shop/prod/old", Tags=tags, **word)
    if kind == "topic":
        arn = world.client("sns").create_topic(Name="shop-prod-old", Tags=tags)["TopicArn"]
        world.client("sns").subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:210987654321:pagers"
        )
    if kind == "bucket":
        s3 = world.client("s3")
        s3.create_bucket(Bucket="shop-prod-us-east-1-old-logs-123456789012")
        s3.put_bucket_tagging(Bucket="shop-prod-us-east-1-old-logs-123456789012", Tagging={"TagSet": tags})
        s3.put_object(Bucket="shop-prod-us-east-1-old-logs-123456789012", Key="one", Body=b"x")
    effect = cleanup(ours)
    assert not effect.touched, effect.done.said
    assert "stays" in effect.done.out
