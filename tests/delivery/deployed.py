"""The reference stack as far as its services go, made in an emulated account without Terraform, so that it is quick."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stage3c.delivery.causes import name_of
from stage3c.delivery.logs import group_of
from stage3c.delivery.running import cluster_of, service_of
from stage3c.pipeline import Build, compile_spec

from tests.conftest import ROOT
from tests.emulator import Emulator

SPEC = ROOT / "specs" / "stage3v3.yaml"
BUILD: Build = compile_spec(SPEC.read_bytes(), "stage3v3.yaml").builds[0]
PORTS = {"fastapi": 8000, "nodejs": 3000}
CANARY = "canary-5d1e9b7f"
BUCKET, TABLE = BUILD.stack.state.bucket, "agentic-aws-terraform-locks"
KEY = "agentic-aws/stage3v3/terraform.tfstate"
ANYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@dataclass(frozen=True)
class Deployed:
    """A cluster with both services, their target groups, log groups, alarms, a certificate, a secret and a state."""

    aws: Emulator

    def make(self) -> None:
        """Create everything."""
        self.aws.client("secretsmanager").create_secret(Name="app-key", SecretString=CANARY)
        iam = self.aws.client("iam")
        iam.create_role(RoleName="run", AssumeRolePolicyDocument="{}")
        iam.put_role_policy(RoleName="run", PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
        self.aws.client("ecs").create_cluster(clusterName=cluster_of(BUILD))
        for key, port in PORTS.items():
            self.aws.client("ecr").create_repository(repositoryName=f"agentic-aws/stage3v3/{key}")
            self.push(key, "v1")
            self.register(key, "v1")
            self.serve(key, port)
        self.make_alarms()
        self.make_database()
        self.make_state()

    def register(self, key: str, tag: str, **changes: Any) -> str:
        """Another revision of a service's task definition: its ARN."""
        image = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/agentic-aws/stage3v3/{key}:{tag}"
        secret = self.aws.client("secretsmanager").describe_secret(SecretId="app-key")["ARN"]
        container = {
            "name": key,
            "image": image,
            "essential": True,
            "cpu": 0,
            "memory": 512,
            "portMappings": [{"containerPort": PORTS[key]}],
            "environment": [{"name": "PLAIN", "value": CANARY}],
            "secrets": [{"name": "DB_PASSWORD", "valueFrom": secret}],
        }
        made = self.aws.client("ecs").register_task_definition(
            family=name_of_family(key),
            executionRoleArn="arn:aws:iam::123456789012:role/run",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="512",
            memory=str(changes.pop("memory", 1024)),
            containerDefinitions=[{**container, **changes}],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def push(self, key: str, tag: str) -> None:
        """An image in the repository of a service; each tag has a manifest of its own."""
        digest = f"sha256:{hashlib.sha256(f'{key}:{tag}'.encode()).hexdigest()}"
        config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": 2}
        manifest = {
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [],
        }  # fmt: skip
        name = f"agentic-aws/stage3v3/{key}"
        self.aws.client("ecr").put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag)

    def deploy(self, key: str, tag: str, **changes: Any) -> str:
        """A new revision with a pushed image, which the service gets: its ARN."""
        self.push(key, tag)
        arn = self.register(key, tag, **changes)
        name = service_of(BUILD, key)
        self.aws.client("ecs").update_service(cluster=cluster_of(BUILD), service=name, taskDefinition=arn)
        return arn

    def serve(self, key: str, port: int) -> None:
        """The ECS service, behind a target group without targets, with a log group."""
        vpc = self.aws.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        group = self.aws.client("elbv2").create_target_group(
            Name=f"{key}-{port}", Protocol="HTTP", Port=port, VpcId=vpc, TargetType="ip"
        )
        target = group["TargetGroups"][0]["TargetGroupArn"]
        self.aws.forward(target, self.aws.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"])
        self.aws.client("ecs").create_service(
            cluster=cluster_of(BUILD),
            serviceName=service_of(BUILD, key),
            taskDefinition=name_of_family(key),
            desiredCount=2,
            launchType="FARGATE",
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            loadBalancers=[{"targetGroupArn": target, "containerName": key, "containerPort": port}],
        )
        self.aws.client("logs").create_log_group(logGroupName=log_group(key))

    def make_alarms(self) -> None:
        """Two alarms, one of which rings."""
        assert BUILD.graph is not None
        names = [
            str(each.attributes["alarm_name"])
            for each in BUILD.graph.resources.values()
            if each.type == "aws_cloudwatch_metric_alarm"
        ]
        client = self.aws.client("cloudwatch")
        for name in names[:2]:
            client.put_metric_alarm(
                AlarmName=name, MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Threshold=1.0,
                ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
            )  # fmt: skip
        client.set_alarm_state(AlarmName=names[0], StateValue="ALARM", StateReason="test")
        client.set_alarm_state(AlarmName=names[1], StateValue="OK", StateReason="test")

    def make_database(self) -> None:
        """The database with its secret."""
        assert BUILD.graph is not None
        self.aws.client("rds").create_db_instance(
            DBInstanceIdentifier=name_of(BUILD.graph, "aws_db_instance.main", "identifier"),
            DBInstanceClass="db.t3.medium",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="app",
            ManageMasterUserPassword=True,
        )

    def make_state(self) -> None:
        """The bucket, the lock table and a state with two versions."""
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.aws.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for serial in (1, 2):
            s3.put_object(Bucket=BUCKET, Key=KEY, Body=state_text(serial))

    def log(self, key: str, *events: tuple[int, str]) -> None:
        """Write lines into the log of a service: milliseconds and text."""
        client = self.aws.client("logs")
        stream = f"{key}/{key}/0a1b"
        if not client.describe_log_streams(logGroupName=log_group(key))["logStreams"]:
            client.create_log_stream(logGroupName=log_group(key), logStreamName=stream)
        rows = [{"timestamp": when, "message": text} for when, text in events]
        client.put_log_events(logGroupName=log_group(key), logStreamName=stream, logEvents=rows)

    def service(self, key: str) -> Mapping[str, Any]:
        """What ECS says of a service now."""
        asked = {"cluster": cluster_of(BUILD), "services": [service_of(BUILD, key)]}
        found: Mapping[str, Any] = self.aws.client("ecs").describe_services(**asked)["services"][0]
        return found


def state_text(serial: int, lineage: str = "0f5b", **more: Any) -> bytes:
    """A state without resources."""
    told = {"version": 4, "terraform_version": "1.9.0", "serial": serial, "lineage": lineage, "resources": [], **more}
    return json.dumps(told).encode()


def name_of_family(key: str) -> str:
    """The family of a service's task definitions."""
    assert BUILD.graph is not None
    return name_of(BUILD.graph, f"aws_ecs_task_definition.{key}", "family")


def log_group(key: str) -> str:
    """The log group of a service or job."""
    return group_of(BUILD, key)
