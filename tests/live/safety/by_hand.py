"""What somebody made by hand, without our tags, under the names that specs/ours.yaml would give: nine things in use or with data.

After the operator's script of the safety issue, ../shared/cases/account/made_by_hand.py.
"""

import json
import time
from typing import Any, Final

from tests.live.safety.account import World

OWNER: Final = [{"Key": "Owner", "Value": "other team"}]
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
CONTAINER: Final = {"name": "x", "image": "x", "memory": 128}


def made_by_hand(world: World) -> None:
    """All of it."""
    _network(world.client("ec2"))
    events(world, "/ecs/mine/dev/job", "precious to others")
    world.client("ecr").create_repository(repositoryName="mine/dev/job")
    world.client("secretsmanager").create_secret(Name="mine/dev/token", SecretString="others")
    _role(world.client("iam"))
    world.client("sns").create_topic(Name="mine-dev-alarms")
    world.client("cloudwatch").put_dashboard(DashboardName="mine-dev-us-east-1", DashboardBody='{"widgets":[]}')
    ecs = world.client("ecs")
    ecs.create_cluster(clusterName="mine-dev")
    told = ecs.register_task_definition(family="mine-dev-job", containerDefinitions=[CONTAINER])
    arn = told["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(cluster="mine-dev", serviceName="others", taskDefinition=arn, desiredCount=1)


def events(world: World, group: str, message: str) -> None:
    """A log group, unless it is there, with one event."""
    logs = world.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": message}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])


def _network(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "mine-dev"}, *OWNER])
    asked = {"VpcId": vpc, "CidrBlock": "10.0.0.0/26", "AvailabilityZone": "us-east-1a"}
    subnet = ec2.create_subnet(**asked)["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="mine-dev-service-job", Description="others", VpcId=vpc)["GroupId"]
    shell = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[shell])
    ec2.create_network_interface(SubnetId=subnet, Groups=[group])


def _role(iam: Any) -> None:
    name = "mine-dev-job-task-us-east-1"
    tags = [*OWNER, {"Key": "Stack", "Value": "others-stack"}]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=tags)
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="others", PolicyDocument=document)
