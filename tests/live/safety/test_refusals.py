"""The emulator refuses what AWS refuses: each refusal by itself, and that it ends with what caused it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.live.safety.account import World
from tests.live.safety.accounts import Stack, stack
from tests.live.safety.by_hand import CONTAINER
from tests.live.safety.test_point_5_preparation import IMAGE

pytestmark = pytest.mark.slow


def code(ask: Callable[..., Any], **asked: Any) -> str:
    """By which code something is refused."""
    with pytest.raises(ClientError) as refused:
        ask(**asked)
    return str(refused.value.response["Error"]["Code"])


@pytest.fixture
def web(world: World, tmp_path: Path) -> Stack:
    return stack(world, "web.yaml", tmp_path).deployed()


@pytest.fixture
def data(world: World, tmp_path: Path) -> Stack:
    return stack(world, "data.yaml", tmp_path).deployed()


def test_a_network_in_use(web: Stack) -> None:
    ec2, made = web.world.client("ec2"), web.made
    assert code(ec2.delete_vpc, VpcId=made["aws_vpc.main"]["id"]) == "DependencyViolation"
    assert code(ec2.delete_subnet, SubnetId=made["aws_subnet.public_a"]["id"]) == "DependencyViolation"
    table = made["aws_route_table.public"]["id"]
    assert code(ec2.delete_route_table, RouteTableId=table) == "DependencyViolation"
    gateway = made["aws_internet_gateway.main"]["id"]
    assert code(ec2.delete_internet_gateway, InternetGatewayId=gateway) == "DependencyViolation"


@pytest.mark.parametrize("group", ["load_balancer_public", "service_web"])
def test_a_security_group_in_use(web: Stack, group: str) -> None:
    ec2, identity = web.world.client("ec2"), web.made[f"aws_security_group.{group}"]["id"]
    assert code(ec2.delete_security_group, GroupId=identity) == "DependencyViolation"


def test_a_security_group_that_a_rule_names(web: Stack) -> None:
    ec2, vpc = web.world.client("ec2"), web.made["aws_vpc.main"]["id"]
    one, other = (ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"] for n in ("one", "other"))
    rule = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": one}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=rule)
    assert code(ec2.delete_security_group, GroupId=one) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=rule)
    ec2.delete_security_group(GroupId=one)


def test_a_gateway_with_addresses_behind_it(data: Stack) -> None:
    ec2, made = data.world.client("ec2"), data.made
    gateway, vpc = made["aws_internet_gateway.main"]["id"], made["aws_vpc.main"]["id"]
    assert code(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == "DependencyViolation"
    address = made["aws_eip.nat_a"]["id"]
    assert code(ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    ec2.delete_nat_gateway(NatGatewayId=made["aws_nat_gateway.a"]["id"])
    ec2.release_address(AllocationId=address)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


def test_a_role_with_policies_or_profiles(web: Stack) -> None:
    iam, name = web.world.client("iam"), web.made["aws_iam_role.web_execution"]["id"]
    assert code(iam.delete_role, RoleName=name) == "DeleteConflict"
    iam.delete_role_policy(RoleName=name, PolicyName="execution")
    iam.create_instance_profile(InstanceProfileName="p")
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName=name)
    assert code(iam.delete_role, RoleName=name) == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    assert code(iam.delete_role, RoleName=name) == "DeleteConflict"
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    iam.delete_role(RoleName=name)


def test_a_target_group_and_a_certificate_of_a_listener(web: Stack) -> None:
    elb, acm = web.world.client("elbv2"), web.world.client("acm")
    groups = [web.made[f"aws_lb_target_group.{name}"]["id"] for name in ("web", "api")]
    assert {code(elb.delete_target_group, TargetGroupArn=arn) for arn in groups} == {"ResourceInUse"}
    certificate = web.made["aws_acm_certificate.public"]["id"]
    assert code(acm.delete_certificate, CertificateArn=certificate) == "ResourceInUseException"
    told = acm.describe_certificate(CertificateArn=certificate)["Certificate"]
    assert told["InUseBy"] == [web.made["aws_lb.public"]["id"]]
    elb.delete_listener(ListenerArn=web.made["aws_lb_listener.public_https"]["id"])
    acm.delete_certificate(CertificateArn=certificate)
    elb.delete_target_group(TargetGroupArn=groups[0])


def test_a_protected_load_balancer(web: Stack) -> None:
    elb, arn = web.world.client("elbv2"), web.made["aws_lb.public"]["id"]
    for value, refused in (("true", True), ("false", False)):
        attributes = [{"Key": "deletion_protection.enabled", "Value": value}]
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
        if refused:
            assert code(elb.delete_load_balancer, LoadBalancerArn=arn) == "OperationNotPermitted"
    elb.delete_load_balancer(LoadBalancerArn=arn)


def test_a_cluster_with_services_or_tasks(web: Stack) -> None:
    ecs, cluster = web.world.client("ecs"), web.made["aws_ecs_cluster.main"]["id"]
    assert code(ecs.delete_cluster, cluster=cluster) == "ClusterContainsServicesException"
    service = web.made["aws_ecs_service.web"]
    assert code(ecs.delete_service, cluster=cluster, service=service["name"]) == "InvalidParameterException"
    for name in ("web", "api"):
        ecs.delete_service(cluster=cluster, service=web.made[f"aws_ecs_service.{name}"]["name"], force=True)
    told = ecs.register_task_definition(family="task", containerDefinitions=[CONTAINER])
    definition = told["taskDefinition"]["taskDefinitionArn"]
    where = {"awsvpcConfiguration": {"subnets": [web.made["aws_subnet.public_a"]["id"]]}}
    asked = {"taskDefinition": definition, "launchType": "FARGATE", "networkConfiguration": where}
    task = ecs.run_task(cluster=cluster, **asked)["tasks"][0]["taskArn"]
    assert code(ecs.delete_cluster, cluster=cluster) == "ClusterContainsTasksException"
    ecs.stop_task(cluster=cluster, task=task)
    ecs.delete_cluster(cluster=cluster)


def test_a_revision_in_use_may_be_deregistered(web: Stack) -> None:
    """AWS allows that, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
    (2026-11-28): whoever deregisters must look by himself."""
    arn = web.made["aws_ecs_task_definition.web"]["arn"]
    web.world.client("ecs").deregister_task_definition(taskDefinition=arn)


def test_a_repository_with_images(web: Stack) -> None:
    ecr, name = web.world.client("ecr"), web.made["aws_ecr_repository.web"]["id"]
    ecr.put_image(repositoryName=name, imageManifest=json.dumps(IMAGE), imageTag="v1")
    assert code(ecr.delete_repository, repositoryName=name) == "RepositoryNotEmptyException"


def test_the_groups_of_a_database(data: Stack) -> None:
    rds, made = data.world.client("rds"), data.made
    subnets, parameters = made["aws_db_subnet_group.orders"]["id"], made["aws_db_parameter_group.orders"]["id"]
    assert code(rds.delete_db_subnet_group, DBSubnetGroupName=subnets) == "InvalidDBSubnetGroupStateFault"
    assert code(rds.delete_db_parameter_group, DBParameterGroupName=parameters) == "InvalidDBParameterGroupState"
    group = made["aws_security_group.database_orders"]["id"]
    assert code(data.world.client("ec2").delete_security_group, GroupId=group) == "DependencyViolation"


def test_a_bucket_with_objects(data: Stack) -> None:
    s3, name = data.world.client("s3"), data.made["aws_s3_bucket.logs_public"]["id"]
    s3.delete_bucket_policy(Bucket=name)
    s3.put_object(Bucket=name, Key="one", Body=b"x")
    assert code(s3.delete_bucket, Bucket=name) == "BucketNotEmpty"


def test_interfaces_come_and_go_with_what_has_them(web: Stack) -> None:
    ec2, ecs, made = web.world.client("ec2"), web.world.client("ecs"), web.made
    where = [{"Name": "subnet-id", "Values": [made["aws_subnet.public_a"]["id"]]}]

    def described() -> set[str]:
        told = ec2.describe_network_interfaces(Filters=where)["NetworkInterfaces"]
        return {each["Description"].partition(" ")[0].partition(":us-")[0] for each in told}

    assert described() == {"ELB", "arn:aws:ecs"}
    for name in ("web", "api"):
        service = made[f"aws_ecs_service.{name}"]
        ecs.update_service(cluster=service["cluster"], service=service["name"], desiredCount=0)
    assert described() == {"ELB"}
    web.world.client("elbv2").delete_load_balancer(LoadBalancerArn=made["aws_lb.public"]["id"])
    assert described() == set()
