"""Deployments of ECS services in the emulated account: how they end, and what is said of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator import REGION, Emulator, emulator

pytestmark = pytest.mark.slow

ACCOUNT = "123456789012"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop/api"
MANIFEST = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {}, "layers": []}
ANYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


@pytest.fixture(scope="module")
def started() -> Iterator[Emulator]:
    with emulator(managed_policies=False) as found:
        yield found


@pytest.fixture
def shop(started: Emulator) -> "Shop":
    started.reset()
    return Shop(started)


class Shop:
    """A cluster with what one service needs; the service itself comes later."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.ecs, self.ecr = aws.client("ecs"), aws.client("ecr")
        ec2, iam, elb = aws.client("ec2"), aws.client("iam"), aws.client("elbv2")
        self.secret = aws.client("secretsmanager").create_secret(Name="db", SecretString='{"password": "p"}')["ARN"]
        aws.client("logs").create_log_group(logGroupName="/shop")
        self.role = iam.create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        iam.put_role_policy(RoleName="run", PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
        self.ecr.create_repository(repositoryName="shop/api")
        self.ecs.create_cluster(clusterName="shop")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        self.table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
        ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=self.table, SubnetId=self.subnet)
        asked = {"HealthCheckPath": "/ready", "Protocol": "HTTP", "Port": 80, "TargetType": "ip", "VpcId": vpc}
        self.group = elb.create_target_group(Name="api", **asked)["TargetGroups"][0]["TargetGroupArn"]
        aws.forward(self.group, self.subnet)

    def push(self, tag: str) -> None:
        self.ecr.put_image(repositoryName="shop/api", imageTag=tag, imageManifest=json.dumps({**MANIFEST, "tag": tag}))

    def register(self, tag: str, key: str = "password") -> str:
        options = {"awslogs-group": "/shop", "awslogs-region": REGION, "awslogs-stream-prefix": "api"}
        container = {
            "name": "api",
            "image": f"{REPOSITORY}:{tag}",
            "portMappings": [{"containerPort": 80}],
            "secrets": [{"name": "DB_PASSWORD", "valueFrom": f"{self.secret}:{key}::"}],
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        told = self.ecs.register_task_definition(
            family="shop-api",
            executionRoleArn=self.role,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )
        return str(told["taskDefinition"]["taskDefinitionArn"])

    def create(self, definition: str) -> str:
        network = {"subnets": [self.subnet], "securityGroups": [], "assignPublicIp": "ENABLED"}
        told = self.ecs.create_service(
            cluster="shop",
            serviceName="api",
            taskDefinition=definition,
            desiredCount=2,
            launchType="FARGATE",
            deploymentConfiguration=BREAKER,
            networkConfiguration={"awsvpcConfiguration": network},
            loadBalancers=[{"targetGroupArn": self.group, "containerName": "api", "containerPort": 80}],
        )
        return str(told["service"]["deployments"][0]["id"])

    def update(self, **changes: Any) -> str:
        told = self.ecs.update_service(cluster="shop", service="api", **changes)["service"]
        return str(told["deployments"][0]["id"])

    def report(self, running: dict[str, int], *failed: str) -> Any:
        """Be the agent: tell how many tasks of each deployment run, and of which deployments one has failed."""
        (arn,) = self.ecs.list_services(cluster="shop")["serviceArns"]
        reason = "Task failed container health checks"
        stopped = [{"deployment": each, "reason": reason, "event": "(task 1) stopped"} for each in failed]
        self.aws.report(arn, running, stopped)
        return self.describe()

    def describe(self) -> Any:
        (told,) = self.ecs.describe_services(cluster="shop", services=["api"])["services"]
        return told

    def settled(self) -> tuple[Any, list[str]]:
        """The service once nothing changes any more, and every state of its primary deployment on the way."""
        states = []
        for _ in range(10):
            told = self.describe()
            states.append(told["deployments"][0]["rolloutState"])
        return told, states

    def stopped(self) -> list[Any]:
        arns = self.ecs.list_tasks(cluster="shop", serviceName="api", desiredStatus="STOPPED")["taskArns"]
        return list(self.ecs.describe_tasks(cluster="shop", tasks=arns)["tasks"]) if arns else []


def test_a_first_deployment_without_its_image_fails_and_stays_failed_when_the_image_arrives(shop: Shop) -> None:
    first = shop.create(shop.register("v1"))
    told, states = shop.settled()
    assert states == ["IN_PROGRESS"] * 2 + ["FAILED"] * 8
    assert (told["deployments"][0]["id"], told["runningCount"]) == (first, 0)
    assert "CannotPullContainerError" in shop.stopped()[0]["stoppedReason"]
    shop.push("v1")
    assert shop.settled()[1] == ["FAILED"] * 10
    second = shop.update(forceNewDeployment=True)
    told, states = shop.settled()
    assert states == ["COMPLETED"] * 10
    assert [each["id"] for each in told["deployments"]] == [second]
    assert second != first
    assert told["runningCount"] == 2
    assert len(shop.ecs.list_tasks(cluster="shop", serviceName="api")["taskArns"]) == 2


def test_a_broken_release_is_rolled_back_to_the_last_deployment_that_completed(shop: Shop) -> None:
    shop.push("v1")
    good = shop.create(shop.register("v1"))
    shop.settled()
    bad = shop.update(taskDefinition=shop.register("v1", key="passwort"))
    assert [each["id"] for each in shop.describe()["deployments"]] == [bad, good]
    told, states = shop.settled()
    assert states[1:3] == ["IN_PROGRESS", "COMPLETED"]
    assert told["deployments"][0]["id"] not in (good, bad)
    assert told["taskDefinition"].endswith("shop-api:1")
    said = [each["message"] for each in told["events"]]
    assert f"(service api) rolling back to deployment {good}." in said
    assert f"(service api) (deployment {bad}) deployment failed: tasks failed to start." in said
    assert "did not contain json key passwort" in shop.stopped()[-1]["stoppedReason"]


def test_without_a_completed_deployment_or_an_active_revision_there_is_no_way_back(shop: Shop) -> None:
    shop.push("v1")
    old = shop.register("v1")
    shop.create(old)
    shop.settled()
    bad = shop.update(taskDefinition=shop.register("v2"))
    shop.ecs.deregister_task_definition(taskDefinition=old)
    told, _ = shop.settled()
    assert (told["deployments"][0]["id"], told["deployments"][0]["rolloutState"]) == (bad, "FAILED")
    assert told["runningCount"] == 2
    for start in (
        lambda: shop.update(taskDefinition=old),
        lambda: shop.ecs.create_service(cluster="shop", serviceName="b", taskDefinition=old, desiredCount=1),
        lambda: shop.ecs.run_task(cluster="shop", taskDefinition=old),
    ):
        with pytest.raises(ClientError, match="TaskDefinition is inactive"):
            start()


def states(service: Any) -> list[tuple[str, str, int]]:
    return [(each["status"], each["rolloutState"], each["runningCount"]) for each in service["deployments"]]


def test_where_an_agent_runs_the_tasks_its_reports_decide(shop: Shop) -> None:
    shop.create(shop.register("v1"))  # whose image was never pushed: an agent starts it from elsewhere
    first = shop.report({})["deployments"][0]["id"]
    assert shop.settled()[1] == ["IN_PROGRESS"] * 10
    assert states(shop.report({first: 1})) == [("PRIMARY", "IN_PROGRESS", 1)]
    assert states(shop.report({first: 2})) == [("PRIMARY", "COMPLETED", 2)]
    assert shop.update(desiredCount=3) == first
    assert states(shop.describe()) == [("PRIMARY", "COMPLETED", 2)]
    assert states(shop.report({first: 3})) == [("PRIMARY", "COMPLETED", 3)]
    second = shop.update(forceNewDeployment=True)
    assert states(shop.report({first: 3, second: 3})) == [("PRIMARY", "IN_PROGRESS", 3), ("ACTIVE", "COMPLETED", 3)]
    assert states(shop.report({second: 3})) == [("PRIMARY", "COMPLETED", 3)]


def test_the_failures_that_an_agent_reports_are_rolled_back_once(shop: Shop) -> None:
    shop.create(shop.register("v1"))
    good = shop.report({})["deployments"][0]["id"]
    shop.report({good: 2})
    bad = shop.update(taskDefinition=shop.register("v2"))
    shop.report({good: 2}, bad, bad)
    back = shop.report({good: 2}, bad)["deployments"][0]["id"]
    told = shop.describe()
    assert back not in (good, bad)
    assert told["taskDefinition"].endswith("shop-api:1")
    assert states(shop.report({good: 2}, back, back, back)) == [("PRIMARY", "FAILED", 0), ("ACTIVE", "COMPLETED", 2)]
    assert [each["stoppedReason"] for each in shop.stopped()] == ["Task failed container health checks"] * 6


def test_tasks_that_stopped_are_listed_only_where_they_are_asked_for(shop: Shop) -> None:
    shop.create(shop.register("v1"))  # whose image was never pushed
    shop.describe()
    assert shop.ecs.list_tasks(cluster="shop")["taskArns"] == []
    assert shop.ecs.list_tasks(cluster="shop", desiredStatus="STOPPED")["taskArns"] != []


def test_a_cluster_lists_its_own_tasks_and_none_of_another_whose_name_begins_alike(shop: Shop) -> None:
    shop.push("v1")
    shop.ecs.create_cluster(clusterName="sho")
    shop.create(shop.register("v1"))
    shop.describe()
    assert shop.ecs.list_tasks(cluster="sho")["taskArns"] == []
    assert len(shop.ecs.list_tasks(cluster="shop")["taskArns"]) == 2


def test_another_count_is_no_deployment_and_deleting_leaves_no_task(shop: Shop) -> None:
    shop.push("v1")
    first = shop.create(shop.register("v1"))
    shop.settled()
    assert shop.update(desiredCount=3) == first
    assert shop.describe()["runningCount"] == 3
    assert len(shop.ecs.list_tasks(cluster="shop", serviceName="api")["taskArns"]) == 3
    shop.ecs.delete_service(cluster="shop", service="api", force=True)
    assert shop.ecs.list_tasks(cluster="shop")["taskArns"] == []


@pytest.mark.parametrize(
    ("conduct", "reason", "said"),
    [
        (
            {"exit_code": 1, "log": ["relation does not exist"]},
            "Essential container in task exited",
            "deployment failed",
        ),
        ({"paths": {"/health": 200}}, "Task failed ELB health checks", "failed with these codes: [404]"),
        ({"paths": {"/ready": 503}}, "Task failed ELB health checks", "failed with these codes: [503]"),
        ({"port": 8080}, "Task failed ELB health checks", "(reason Health checks failed)"),
    ],
)
def test_what_is_in_an_image_decides_whether_its_tasks_stay(
    shop: Shop, conduct: dict[str, Any], reason: str, said: str
) -> None:
    shop.push("v1")
    shop.aws.contains("shop/api:v1", **conduct)
    shop.create(shop.register("v1"))
    told, states = shop.settled()
    assert states[-1] == "FAILED"
    assert shop.stopped()[0]["stoppedReason"].startswith(reason)
    assert any(said in each["message"] for each in told["events"])
    logged = shop.aws.client("logs").filter_log_events(logGroupName="/shop")["events"]
    assert {each["message"] for each in logged} == set(conduct.get("log", ()))


def test_targets_answer_for_what_runs(shop: Shop) -> None:
    shop.push("v1")
    shop.create(shop.register("v1"))
    shop.settled()
    health = shop.aws.client("elbv2").describe_target_health
    shop.aws.contains("shop/api", paths={"/ready": 200})
    states = [each["TargetHealth"]["State"] for each in health(TargetGroupArn=shop.group)["TargetHealthDescriptions"]]
    assert states == ["healthy"] * 2
    shop.aws.contains("shop/api", paths={"/ready": 503})
    found = health(TargetGroupArn=shop.group)["TargetHealthDescriptions"]
    assert {each["TargetHealth"]["Reason"] for each in found} == {"Target.ResponseCodeMismatch"}


def test_a_subnet_without_a_route_to_a_gateway_starts_nothing(shop: Shop) -> None:
    shop.push("v1")
    shop.aws.client("ec2").delete_route(RouteTableId=shop.table, DestinationCidrBlock="0.0.0.0/0")
    shop.create(shop.register("v1"))
    shop.settled()
    assert "Check your task network configuration" in shop.stopped()[0]["stoppedReason"]


def test_an_execution_role_without_permission_starts_nothing(shop: Shop) -> None:
    shop.push("v1")
    shop.aws.client("iam").delete_role_policy(RoleName="run", PolicyName="all")
    shop.create(shop.register("v1"))
    shop.settled()
    assert "not authorized to perform: ecr:GetAuthorizationToken" in shop.stopped()[0]["stoppedReason"]
