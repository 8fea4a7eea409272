"""What AWS refuses to make, and the emulator refuses in the same words; beside each what it makes."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator import Emulator, emulator

pytestmark = pytest.mark.slow

VARIABLE, SECRET = {"name": "KEY", "value": "x"}, {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:x"}
PORT = {"containerPort": 80}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with emulator(managed_policies=False) as found:
        yield found


@pytest.fixture
def shop(aws: Emulator) -> "Shop":
    aws.reset()
    return Shop(aws)


class Shop:
    """The least that each of them needs."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.ecs, self.elb, self.rds = aws.client("ecs"), aws.client("elbv2"), aws.client("rds")
        found = aws.client("ec2").describe_subnets()["Subnets"]
        self.vpc, self.subnets = found[0]["VpcId"], [each["SubnetId"] for each in found]
        self.ecs.create_cluster(clusterName="shop")
        self.define()

    def define(self, size: str = "512", **container: Any) -> object:
        one = {"name": "api", "image": "api:1", "portMappings": [PORT], **container}
        told = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": size}
        return self.ecs.register_task_definition(family="api", containerDefinitions=[one], **told)

    def group(self, name: str = "api", **told: Any) -> str:
        asked = {"Protocol": "HTTP", "Port": 80, "VpcId": self.vpc, "TargetType": "ip", **told}
        return str(self.elb.create_target_group(Name=name, **asked)["TargetGroups"][0]["TargetGroupArn"])

    def serve(self, group: str, port: int = 80) -> object:
        where = {"awsvpcConfiguration": {"subnets": self.subnets[:1], "securityGroups": []}}
        behind = [{"targetGroupArn": group, "containerName": "api", "containerPort": port}]
        told = {"taskDefinition": "api", "desiredCount": 1, "networkConfiguration": where, "loadBalancers": behind}
        return self.ecs.create_service(cluster="shop", serviceName="api", **told)

    def database(self, **told: Any) -> object:
        asked = {"Engine": "postgres", "MasterUsername": "app", "MasterUserPassword": "long-enough", **told}
        asked = {"DBInstanceClass": "db.t3.medium", "AllocatedStorage": 20, **asked}
        return self.rds.create_db_instance(DBInstanceIdentifier="orders", **asked)


def refused(ask: Any, *words: Any, **named: Any) -> str:
    with pytest.raises(ClientError) as error:
        ask(*words, **named)
    return str(error.value)


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ({"memory": 1024}, "The 'memory' setting for container 'api' is greater than for the task."),
        ({"environment": [VARIABLE], "secrets": [SECRET]}, "The secret name must be unique"),
    ],
)
def test_a_container_that_does_not_fit(shop: Shop, container: dict[str, Any], said: str) -> None:
    assert said in refused(shop.define, **container)
    shop.define(**{name: value for name, value in container.items() if name == "secrets"})


def test_a_size_that_fargate_does_not_have(shop: Shop) -> None:
    assert "No Fargate configuration exists for given values: 256 CPU, 300 memory." in refused(shop.define, "300")


def test_a_service_needs_a_listener_that_forwards_to_its_group(shop: Shop) -> None:
    group = shop.group()
    assert "does not have an associated load balancer" in refused(shop.serve, group)
    shop.aws.forward(group, shop.subnets[0])
    assert "The container api did not have a container port 81 defined." in refused(shop.serve, group, 81)
    shop.serve(group)
    assert "Creation of service was not idempotent" in refused(shop.serve, group)


def test_a_rule_forwards_as_well_and_a_redirect_does_not(shop: Shop) -> None:
    other, group = shop.group("other"), shop.group()
    shop.aws.forward(other, shop.subnets[0])
    balancer = shop.elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = shop.elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS"}}
    forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}]}}
    for number, (path, action) in enumerate((("/a", redirect), ("/b", forward)), 1):
        assert "does not have an associated load balancer" in refused(shop.serve, group)
        condition = {"Field": "path-pattern", "Values": [path]}
        shop.elb.create_rule(ListenerArn=listener, Priority=number, Conditions=[condition], Actions=[action])
    shop.serve(group)


def test_targets_by_instance_do_not_fit_tasks_with_addresses(shop: Shop) -> None:
    group = shop.group(TargetType="instance")
    shop.aws.forward(group, shop.subnets[0])
    assert "has target type instance, which is incompatible with the awsvpc" in refused(shop.serve, group)


def test_a_health_check_waits_less_than_its_interval(shop: Shop) -> None:
    said = "Health check interval must be greater than the timeout"
    both: dict[str, Any] = {"HealthCheckIntervalSeconds": 10}
    assert said in refused(shop.group, **both, HealthCheckTimeoutSeconds=10)
    group = shop.group(**both, HealthCheckTimeoutSeconds=9)
    change = partial(shop.elb.modify_target_group, TargetGroupArn=group)
    assert said in refused(change, **both, HealthCheckTimeoutSeconds=20)
    change(**both, HealthCheckTimeoutSeconds=5)
    change(HealthCheckPath="/ready")


def test_zones(shop: Shop) -> None:
    ec2 = shop.aws.client("ec2")
    more = ec2.create_subnet(VpcId=shop.vpc, CidrBlock="172.31.200.0/24", AvailabilityZone="us-east-1a")["Subnet"]
    first = next(each["SubnetId"] for each in ec2.describe_subnets()["Subnets"] if each["AvailabilityZone"][-1] == "a")
    same, two = [first, more["SubnetId"]], shop.subnets[:2]
    assert "multiple subnets in the same Availability Zone" in refused(
        shop.elb.create_load_balancer, Name="x", Subnets=same
    )
    shop.elb.create_load_balancer(Name="x", Subnets=two)
    asked = {"DBSubnetGroupName": "x", "DBSubnetGroupDescription": "x"}
    assert "DBSubnetGroupDoesNotCoverEnoughAZs" in refused(shop.rds.create_db_subnet_group, **asked, SubnetIds=same)
    shop.rds.create_db_subnet_group(**asked, SubnetIds=two)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"Engine": "postgresql"}, "Invalid DB engine"),
        ({"MasterUsername": "admin"}, "MasterUsername admin cannot be used"),
        ({"MasterUsername": "pg_owner"}, "MasterUsername pg_owner cannot be used"),
        ({"MasterUserPassword": "with/slash"}, "The parameter MasterUserPassword is not a valid password"),
        (
            {"AllocatedStorage": 400, "StorageType": "gp3", "Iops": 3000},
            "Invalid iops value for engine name postgres and storage type gp3: 3000",
        ),
    ],
)
def test_a_database_that_rds_does_not_make(shop: Shop, told: dict[str, Any], said: str) -> None:
    assert said in refused(shop.database, **told)
    shop.database()


def test_a_static_parameter_is_not_applied_at_once(shop: Shop) -> None:
    shop.rds.create_db_parameter_group(DBParameterGroupName="p", DBParameterGroupFamily="postgres16", Description="x")
    parameter = {"ParameterName": "max_connections", "ParameterValue": "400"}

    def change(method: str) -> object:
        told = [{**parameter, "ApplyMethod": method}]
        return shop.rds.modify_db_parameter_group(DBParameterGroupName="p", Parameters=told)

    assert "cannot use immediate apply method for static parameter" in refused(change, "immediate")
    change("pending-reboot")


def test_the_value_of_a_secret_is_not_its_name(shop: Shop) -> None:
    secrets = shop.aws.client("secretsmanager")
    arn = secrets.create_secret(Name="shop/token_1", SecretString="x")["ARN"]
    for identity in (arn, "shop/token_1"):
        assert secrets.get_secret_value(SecretId=identity)["SecretString"] == "x"
    assert "ValidationException" in refused(secrets.get_secret_value, SecretId='{"username": "app"}')


def test_a_managed_policy_has_at_most_6144_characters_without_white_space(shop: Shop) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::" + "x" * 6000]}
    fits = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=40)
    iam = shop.aws.client("iam")
    iam.create_policy(PolicyName="fits", PolicyDocument=fits)
    said = refused(iam.create_policy, PolicyName="large", PolicyDocument=fits.replace("x" * 6000, "x" * 6100))
    assert "Cannot exceed quota for PolicySize: 6144" in said
