"""What a need cannot be derived from is reported, and only that."""

import pytest
from stage3c.reach.unjudged import unjudged

from tests.mutation import graphs
from tests.policy.test_proofs import graph_with

TASK = """\
resource "aws_ecs_task_definition" "web" {{
  family = "shop-web"
  network_mode = "awsvpc"
  requires_compatibilities = ["{kind}"]
  container_definitions = {containers}
}}
variable "x" {{}}
"""
SERVICE = """\
resource "aws_ecs_service" "web" {{
  name = "web"
  launch_type = "FARGATE"
  {rest}
}}
variable "x" {{}}
"""
BALANCER = (
    'variable "x" {{}}\nresource "aws_lb" "web" {{\n  name = "shop"\n  {}\n  subnets = [aws_subnet.public_a.id]\n}}\n'
)
DATABASE = 'variable "x" {{}}\nresource "aws_db_instance" "main" {{\n  engine = "postgres"\n  {}\n}}\n'
ONE = 'jsonencode([{{ name = "a", image = "nginx:1"{} }}])'


def of_task(containers: str, kind: str = "FARGATE") -> str:
    return TASK.format(kind=kind, containers=containers)


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        (of_task(ONE.format("")), set()),
        (of_task("var.x"), {"runs containers that are unknown"}),
        (of_task('jsonencode([{ name = "a", image = var.x }])'), {"pulls an image for a from an unknown registry"}),
        (
            of_task(ONE.format(', environment = [{ name = "A", value = var.x }]')),
            {"is given an unknown value as A of a"},
        ),
        (of_task(ONE.format(', environment = [{ name = "A", value = "b" }]')), set()),
        (
            of_task(ONE.format(', secrets = [{ name = "A", valueFrom = var.x }]')),
            {"injects an unknown secret into a"},
        ),
        (
            SERVICE.format(rest="task_definition = var.x"),
            {
                "runs a task definition that is not in this configuration",
                "is run by nothing in this configuration, so its network is not known",
            },
        ),
        (
            SERVICE.format(rest="count = var.x\n  task_definition = aws_ecs_task_definition.web.arn"),
            {"may not exist: its count is unknown"},
        ),
        (
            SERVICE.format(rest="task_definition = aws_ecs_task_definition.web.arn").replace("FARGATE", "EC2"),
            {"may run on EC2 instances, whose network and roles are not judged"},
        ),
        (
            SERVICE.format(
                rest="task_definition = aws_ecs_task_definition.web.arn\n  load_balancer {\n"
                '    target_group_arn = var.x\n    container_name = "web"\n    container_port = 80\n  }'
            ),
            {"is registered with an unknown target group or port"},
        ),
        (
            'variable "x" {}\nresource "aws_lb_listener" "other" {\n  load_balancer_arn = aws_lb.web.arn\n  port = var.x\n}\n',
            {"listens on an unknown port"},
        ),
        (BALANCER.format("internal = var.x"), {"faces the internet or not: the value of internal is unknown"}),
        (BALANCER.format("internal = true"), set()),
        (DATABASE.format("port = var.x"), {"uses aws_db_instance.main, whose port is unknown"}),
        (DATABASE.format("port = 5433"), set()),
        (
            of_task(ONE.format(', environment = [{ name = "A", value = aws_lb.web.dns_name }]')),
            {"calls an unknown port with A of a"},
        ),
        (of_task(ONE.format(', environment = [{ name = "A", value = "http://${aws_lb.web.dns_name}" }]')), set()),
        (
            of_task(ONE.format(", environment = [{ name = var.x, value = var.x }]")),
            {"is given an unknown value as a variable of a"},
        ),
        (of_task(ONE.format(', secrets = [{ name = "A", valueFrom = aws_secretsmanager_secret.api.arn }]')), set()),
        (of_task('jsonencode([{ name = "a", image = "" }])'), {"pulls an image for a from an unknown registry"}),
        ('module "other" {\n  source = "a/b/aws"\n}\n', {"is a module that was not read"}),
    ],
)
def test_what_is_not_known_is_told(overlay: str, expected: set[str]) -> None:
    assert {reason for _, reason in unjudged(graph_with(overlay))} == expected


def test_everything_is_known_of_what_is_compiled() -> None:
    assert {name: unjudged(graph) for name, graph in graphs().items() if unjudged(graph)} == {}
