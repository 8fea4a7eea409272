"""A small deployed shop: one service with a database, in an emulated account, and the state that Terraform would have of it."""

import json
from pathlib import Path
from typing import Any

from stage3c.graph import Graph
from stage3c.readers.plan import read_plan
from stage3c.rehearsal.agent.openings import Standing

from tests.emulator import REGION, Emulator

SERVER = """
import json, os, socket, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())

print("listening", flush=True)
HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""
TRUST = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
CHECK = "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/', timeout=5)"


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def folder(parent: Path, server: str = SERVER) -> Path:
    """A Python service that needs no package."""
    made = parent / "api"
    made.mkdir()
    (made / "pyproject.toml").write_text('[project]\nname = "api"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (made / "server.py").write_text(server)
    (made / "Dockerfile").write_text('FROM python:3.13-slim\nENV FROM_IMAGE=1\nCMD ["python", "server.py"]\n')
    return made


class Shop:
    """What was made."""

    def __init__(self, aws: Emulator, *, rules: bool = True, start_period: int = 60) -> None:
        aws.reset()
        self.aws = aws
        self.state: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}
        ec2, ecs, iam = aws.client("ec2"), aws.client("ecs"), aws.client("iam")
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        self.put("aws_vpc", "main", id=vpc, cidr_block="10.7.0.0/16")
        self.subnets = [self.subnet(vpc, name, number) for number, name in enumerate(("a", "b"))]
        api, data = (self.group(vpc, name) for name in ("api", "database"))
        if rules:
            self.permit("egress", "out", api, data)
            self.permit("ingress", "in", data, api)
        aws.client("logs").create_log_group(logGroupName="/shop")
        secret = aws.client("secretsmanager").create_secret(Name="token", SecretString="s3cret-t0ken")["ARN"]
        self.roles = {
            f"{name}RoleArn": iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
            for name in ("execution", "task")
        }
        may = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "logs:*"], "Resource": "*"}
        iam.put_role_policy(RoleName="execution", PolicyName="start", PolicyDocument=policy(may))
        self.database(data)
        cluster = ecs.create_cluster(clusterName="shop")["cluster"]["clusterArn"]
        elb = aws.client("elbv2")
        told = {"Protocol": "HTTP", "Port": 8000, "VpcId": vpc, "TargetType": "ip"}
        self.target_group = elb.create_target_group(Name="api", **told)["TargetGroups"][0]["TargetGroupArn"]
        aws.forward(self.target_group, self.subnets[0])
        logs = {"awslogs-group": "/shop", "awslogs-region": REGION, "awslogs-stream-prefix": "api"}
        self.containers: list[dict[str, Any]] = [
            {
                "name": "api",
                "image": "nginx:1",
                "memory": 256,
                "essential": True,
                "portMappings": [{"containerPort": 8000}],
                "environment": [{"name": "DB_HOST", "value": self.host}, {"name": "DB_PORT", "value": "5432"}],
                "secrets": [{"name": "TOKEN", "valueFrom": secret}],
                "logConfiguration": {"logDriver": "awslogs", "options": logs},
                "healthCheck": {"command": ["CMD", "python", "-c", CHECK], "interval": 5, "startPeriod": start_period},
            }
        ]
        definition = ecs.register_task_definition(
            family="shop-api",
            **self.roles,
            networkMode="awsvpc",
            containerDefinitions=self.containers,
        )["taskDefinition"]["taskDefinitionArn"]
        self.where = {"awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [api]}}
        service = ecs.create_service(
            cluster="shop",
            serviceName="api",
            taskDefinition="shop-api",
            desiredCount=2,
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            healthCheckGracePeriodSeconds=300,
            networkConfiguration=self.where,
            loadBalancers=[{"targetGroupArn": self.target_group, "containerName": "api", "containerPort": 8000}],
        )["service"]["serviceArn"]
        document = json.dumps(self.containers)
        self.put("aws_ecs_task_definition", "api", id="shop-api", arn=definition, container_definitions=document)
        network = [{"subnets": self.subnets, "security_groups": [api], "assign_public_ip": False}]
        told = {"cluster": cluster, "name": "api", "task_definition": definition, "network_configuration": network}
        self.put("aws_ecs_service", "api", id=service, **told)

    @property
    def document(self) -> dict[str, Any]:
        """What `terraform show -json` would print."""
        return {"format_version": "1.0", "values": {"outputs": self.outputs, "root_module": {"resources": self.state}}}

    @property
    def standing(self) -> Standing:
        graph = read_plan(json.dumps(self.document).encode(), "state").graph
        assert isinstance(graph, Graph)
        return Standing.of(graph, self.document)

    def job(self, name: str, command: list[str]) -> None:
        """A job like the service, and the output that says how it is run."""
        logs = {"awslogs-group": "/shop", "awslogs-region": REGION, "awslogs-stream-prefix": name}
        kept = {key: self.containers[0][key] for key in ("image", "memory", "environment", "secrets")}
        logging = {"logDriver": "awslogs", "options": logs}
        container = {**kept, "name": name, "command": command, "logConfiguration": logging}
        told = {**self.roles, "networkMode": "awsvpc", "containerDefinitions": [container]}
        made = self.aws.client("ecs").register_task_definition(family=f"shop-{name}", **told)["taskDefinition"]
        asked = {"cluster": "shop", "taskDefinition": made["taskDefinitionArn"], "networkConfiguration": self.where}
        self.outputs[f"{name}_job"] = {"value": asked}

    def put(self, kind: str, name: str, /, **values: Any) -> None:
        made = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values}
        self.state.append({**made, "provider_name": "registry.terraform.io/hashicorp/aws", "sensitive_values": {}})

    def subnet(self, vpc: str, name: str, number: int) -> str:
        cidr = f"10.7.{number}.0/24"
        made = self.aws.client("ec2").create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{name}")
        identity = str(made["Subnet"]["SubnetId"])
        self.put("aws_subnet", name, id=identity, vpc_id=vpc, cidr_block=cidr)
        return identity

    def group(self, vpc: str, name: str) -> str:
        made = self.aws.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpc)
        self.put("aws_security_group", name, id=made["GroupId"], vpc_id=vpc, name=name)
        return str(made["GroupId"])

    def permit(self, direction: str, name: str, group: str, peer: str) -> None:
        rule = {"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432, "referenced_security_group_id": peer}
        kind = f"aws_vpc_security_group_{direction}_rule"
        self.put(kind, name, id=f"sgr-{direction}", security_group_id=group, **rule)

    def database(self, group: str) -> None:
        rds = self.aws.client("rds")
        rds.create_db_subnet_group(DBSubnetGroupName="main", DBSubnetGroupDescription="x", SubnetIds=self.subnets)
        told = rds.create_db_instance(
            DBInstanceIdentifier="main",
            DBInstanceClass="db.t3.medium",
            Engine="postgres",
            EngineVersion="15.13",
            DBName="shop",
            MasterUsername="master",
            ManageMasterUserPassword=True,
            AllocatedStorage=20,
            DBSubnetGroupName="main",
            VpcSecurityGroupIds=[group],
        )["DBInstance"]
        self.host = str(told["Endpoint"]["Address"]).lower()
        self.database_secret = str(told["MasterUserSecret"]["SecretArn"])
        self.put("aws_db_subnet_group", "main", id="main", name="main", subnet_ids=self.subnets)
        own = {"engine": "postgres", "port": 5432, "address": self.host, "db_subnet_group_name": "main"}
        # Names are not unique: the group's id is the identifier of the instance.
        arn = told["DBInstanceArn"]
        self.put(
            "aws_db_instance", "main", id="db-1", arn=arn, identifier="main", vpc_security_group_ids=[group], **own
        )
