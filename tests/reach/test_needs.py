"""The flows that a service needs, derived from what its task is given: which AWS service, in which region, at which port."""

import pytest
from stage3c.graph import Graph
from stage3c.reach.aws_services import AwsService
from stage3c.reach.needs import image_home, needed_flows
from stage3c.reach.proofs import all_places, known_topology, proofs
from stage3c.reach.routes import vpc_key
from stage3c.reach.unjudged import unjudged
from stage3c.views.tasks import containers

from tests.policy.test_proofs import graph_with
from tests.readers.folders import graph_of, read

STACK = """
variable "v" {}
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
resource "aws_ssm_parameter" "p" {
  name = "/p"
  type = "String"
}
data "aws_ssm_parameter" "p" {
  name = "/p"
}
resource "aws_ssm_parameter" "far" {
  provider = aws.far
  name     = "/p"
  type     = "String"
}
resource "aws_secretsmanager_secret" "s" {
  name = "s"
}
resource "aws_ecr_repository" "r" {
  name = "r"
}
resource "aws_ecr_repository" "far" {
  provider = aws.far
  name     = "r"
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_ecs_task_definition" "a" {
  family                = "a"
  container_definitions = jsonencode([%s])
}
resource "aws_ecs_service" "a" {
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.a.arn
  %s
}
"""
SSM, SECRETS, LOGS = AwsService("ssm"), AwsService("secretsmanager"), AwsService("logs")


def stack(container: str, service: str = "") -> Graph:
    return graph_of(STACK % (f'merge({{ name = "a", image = "nginx:1" }}, {container})', service))


def aws(container: str, service: str = "") -> set[AwsService | None]:
    return {need.service for need in needed_flows(stack(container, service)) if need.kind == "aws"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("aws_ssm_parameter.p.arn", SSM),
        ("aws_ssm_parameter.p.name", SSM),
        ("data.aws_ssm_parameter.p.arn", SSM),
        ("aws_ssm_parameter.far.arn", AwsService("ssm", "us-east-1")),
        ("aws_secretsmanager_secret.s.arn", SECRETS),
        ('"${aws_secretsmanager_secret.s.arn}:key::"', SECRETS),
        ('"/a/b"', SSM),
        ('"a"', SSM),
        ('"arn:aws:ssm:eu-west-1:1:parameter/a"', SSM),
        ('"arn:aws:ssm:us-east-1:1:parameter/a"', AwsService("ssm", "us-east-1")),
        ('"arn:aws:secretsmanager:eu-west-1:1:secret:a"', SECRETS),
        ('"arn:aws:secretsmanager:us-east-1:1:secret:a"', AwsService("secretsmanager", "us-east-1")),
        ('""', SECRETS),
        ("var.v", SECRETS),
    ],
)
def test_the_store_of_a_secret_and_its_region(value: str, expected: AwsService) -> None:
    assert aws(f'{{ secrets = [{{ name = "A", valueFrom = {value} }}] }}') == {expected}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ('logDriver = "awslogs"', {LOGS}),
        ('logDriver = "awslogs", options = {}', {LOGS}),
        ('logDriver = "awslogs", options = { awslogs-region = "eu-west-1" }', {LOGS}),
        ('logDriver = "awslogs", options = { awslogs-region = "us-east-1" }', {AwsService("logs", "us-east-1")}),
        ('logDriver = "awslogs", options = { awslogs-region = var.v }', {AwsService("logs", None)}),
        ('logDriver = "fluentd"', set()),
    ],
)
def test_where_logs_go(options: str, expected: set[AwsService]) -> None:
    assert aws(f"{{ logConfiguration = {{ {options} }} }}") == expected


ECR = ("ecr.api", "ecr.dkr", "s3")


@pytest.mark.parametrize(
    ("image", "home", "region"),
    [
        ('"123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1"', "ecr", ""),
        ('"123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1"', "ecr", "us-east-1"),
        ('"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/x:1"', "ecr", "us-east-1"),
        ('"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/x:1"', "ecr", "cn-north-1"),
        ('"${aws_ecr_repository.r.repository_url}:1"', "ecr", ""),
        ('"${aws_ecr_repository.far.repository_url}:1"', "ecr", "us-east-1"),
        ('"12345678901.dkr.ecr.eu-west-1.amazonaws.com/x:1"', "internet", None),
        ('"nginx"', "internet", None),
        ('"${aws_sqs_queue.q.name}:1"', None, None),
        ("var.v", None, None),
        ('""', None, None),
    ],
)
def test_where_an_image_lies(image: str, home: str | None, region: str | None) -> None:
    graph = stack(f"{{ image = {image} }}")
    needs = needed_flows(graph)
    ((_, container),) = containers(graph)
    assert image_home(graph, container.written.get("image")) == home
    wanted = {AwsService(name, region) for name in ECR} if home == "ecr" else set()
    assert {need.service for need in needs if need.kind == "aws"} == wanted
    assert [need.port for need in needs if need.kind == "image"] == [443] * (home == "internet")


def test_a_shell_needs_its_channel_and_tasks_elsewhere_need_nothing_of_ours() -> None:
    assert aws("{}", "enable_execute_command = true") == {AwsService("ssmmessages")}
    assert aws("{}", "enable_execute_command = false") == set()
    assert aws("{}", "enable_execute_command = var.v") == set()
    told = [why for _, why in unjudged(stack("{}", "enable_execute_command = var.v"))]
    assert told == ["may open shells by ECS Exec: the value of enable_execute_command is unknown"]
    on_ec2 = STACK.replace('"FARGATE"', '"EC2"') % ('{ name = "a", image = "nginx:1" }', "")
    assert needed_flows(graph_of(on_ec2)) == []
    maybe = STACK % ('{ name = "a", image = "nginx:1" }', "count = var.v")
    assert needed_flows(graph_of(maybe)) == []


EFS = """
resource "aws_efs_file_system" "f" {}
resource "aws_efs_mount_target" "m" {
  file_system_id  = aws_efs_file_system.f.id
  subnet_id       = aws_subnet.private_a.id
  security_groups = [aws_security_group.%s.id]
}
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{ name = "web", image = "nginx:1" }])
  volume {
    name = "files"
    efs_volume_configuration {
      file_system_id = aws_efs_file_system.f.id
    }
  }
}
"""


def test_a_file_system_is_mounted_at_its_port() -> None:
    graph = graph_with(EFS % "database")
    found = [proof for proof in proofs(graph) if proof.need.kind == "file system"]
    assert [(proof.need.ends[1], proof.need.port) for proof in found] == [("aws_efs_mount_target.m", 2049)]
    assert len(all_places(graph)["aws_efs_mount_target.m"]) == 1


VPC = 'variable "v" {}\nresource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\ndata "aws_vpc" "x" {}\n'
SUBNET = 'resource "aws_subnet" "{}" {{\n  vpc_id = {}\n  cidr_block = "10.0.0.0/24"\n}}\n'


@pytest.mark.parametrize(
    ("vpc", "key", "closed"),
    [
        ("aws_vpc.main.id", "aws_vpc.main", True),
        ("data.aws_vpc.x.id", "?data.aws_vpc.x.id", False),
        ('"vpc-12345678"', "?vpc-12345678", False),
        ("var.v", None, False),
        ("aws_subnet.b.vpc_id", "aws_vpc.main", True),
    ],
)
def test_the_vpc_of_a_subnet_and_whether_all_endpoints_are_known(vpc: str, key: str | None, closed: bool) -> None:  # noqa: FBT001
    graph = graph_of(VPC + SUBNET.format("a", vpc) + SUBNET.format("b", "aws_vpc.main.id"))
    known = known_topology(graph)
    assert vpc_key(graph, graph.resources["aws_subnet.a"].attributes["vpc_id"]) == key
    assert (known.subnets["aws_subnet.a"].vpc, known.network.closed) == (key, closed)


def test_a_module_may_have_endpoints_of_its_own() -> None:
    graph = read(VPC + SUBNET.format("a", "aws_vpc.main.id") + 'module "m" {\n  source = "a/b/aws"\n}\n').graph
    assert graph
    assert not known_topology(graph).network.closed


NAT = 'resource "aws_eip" "e" {}\nresource "aws_nat_gateway" "n" {\n  %s\n}\n'


@pytest.mark.parametrize(
    ("body", "subnet", "public"),
    [
        ("subnet_id = aws_subnet.a.id\n  allocation_id = aws_eip.e.id", "aws_subnet.a", True),
        ("subnet_id = aws_subnet.a.id", "aws_subnet.a", False),
        (
            'subnet_id = aws_subnet.a.id\n  allocation_id = aws_eip.e.id\n  connectivity_type = "private"',
            "aws_subnet.a",
            False,
        ),
        ("count = var.v\n  subnet_id = aws_subnet.a.id\n  allocation_id = aws_eip.e.id", "aws_subnet.a", None),
        ("subnet_id = var.v\n  allocation_id = aws_eip.e.id", None, True),
        ("subnet_id = aws_subnet.a.arn\n  allocation_id = aws_eip.e.id", None, True),
        ('availability_mode = "regional"\n  vpc_id = aws_vpc.main.id', None, None),
    ],
)
def test_where_a_nat_gateway_is_and_whether_it_has_an_address(
    body: str,
    subnet: str | None,
    public: bool | None,  # noqa: FBT001 - a row of the table
) -> None:
    graph = graph_of(VPC + SUBNET.format("a", "aws_vpc.main.id") + NAT % body)
    (nat,) = known_topology(graph).network.nats.values()
    assert (nat.subnet.key if nat.subnet else None, nat.public) == (subnet, public)
