"""What tasks ask of which VPC endpoint: a row for each call that goes through one, and for each that does not."""

import pytest
from stage3c.graph import Ref
from stage3c.policy.endpoint_needs import through_endpoints
from stage3c.policy.need import Need

from tests.policy.test_proofs import endpoint, graph_with, statement

HERE, THERE = "arn:aws:{}:eu-west-1:123456789012:x", "arn:aws:{}:us-east-1:123456789012:x"


def asked(service: str, action: str, arn: str, **change: str) -> list[tuple[str, str, bool]]:
    """Action, resource, and whether the role still asks, of each need that goes through the endpoint of a service."""
    graph = graph_with(endpoint(service, statement()) + change.get("overlay", ""))
    origin = graph.resources[change.get("origin", "aws_ecs_task_definition.web")]
    kind, role = change.get("kind", "execution"), Ref("aws_iam_role.execution", "arn")
    resource = arn.format(action.partition(":")[0])
    need = Need(kind, role, action, resource, "works", origin, through=change.get("through", ""))
    found = list(through_endpoints(graph, [need]))
    assert {each.kind for each in found} <= {"endpoint"}
    assert {each.endpoint and each.endpoint.address for each in found} <= {"aws_vpc_endpoint.one"}
    return [(each.action, each.resource, each.role is not None) for each in found]


LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer"


@pytest.mark.parametrize(
    ("service", "action", "arn", "expected"),
    [
        ("logs", "logs:PutLogEvents", HERE, True),
        ("logs", "logs:PutLogEvents", THERE, False),  # another region is another service
        ("logs", "secretsmanager:GetSecretValue", HERE, False),
        ("secretsmanager", "secretsmanager:GetSecretValue", HERE, True),
        ("secretsmanager", "secretsmanager:GetSecretValue", THERE, False),
        ("ssm", "ssm:GetParameters", HERE, True),
        ("ssm", "ssmmessages:OpenDataChannel", HERE, False),
        ("ssmmessages", "ssmmessages:OpenDataChannel", "*", True),
        ("ecr.api", "ecr:GetAuthorizationToken", "*", True),
        ("ecr.api", "ecr:BatchCheckLayerAvailability", HERE, True),
        ("ecr.api", "ecr:BatchGetImage", THERE, False),
        ("ecr.dkr", "ecr:BatchGetImage", HERE, True),
        ("ecr.dkr", "ecr:GetDownloadUrlForLayer", HERE, True),
        ("ecr.dkr", "ecr:GetAuthorizationToken", "*", False),
        ("ecr.dkr", "ecr:BatchCheckLayerAvailability", HERE, False),
        ("s3", "ecr:BatchGetImage", HERE, False),
        ("s3", "ecr:GetDownloadUrlForLayer", THERE, False),
        ("sqs", "sqs:SendMessage", HERE, False),  # nothing of ours asks for that
    ],
)
def test_which_call_goes_through_which_endpoint(service: str, action: str, arn: str, expected: bool) -> None:  # noqa: FBT001 - a row
    found = [(action, arn.format(action.partition(":")[0]), True)]
    assert asked(service, action, arn) == (found if expected else [])


def test_layers_are_asked_for_by_ecr_itself() -> None:
    assert asked("s3", "ecr:GetDownloadUrlForLayer", HERE) == [("s3:GetObject", LAYERS, False)]


ON_EC2 = """\
resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "EC2"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id]
    security_groups = [aws_security_group.web.id]
  }
}
"""


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"kind": "execution"}, 1),
        ({"kind": "task"}, 1),
        ({"kind": "application"}, 1),
        ({"kind": "flow logs"}, 0),
        ({"kind": "trust"}, 0),
        ({"kind": "key"}, 0),
        ({"through": "secretsmanager"}, 0),  # Secrets Manager asks for the key, not the task
        ({"origin": "aws_ecs_service.web"}, 0),
        ({"overlay": ON_EC2}, 0),
        ({"overlay": ON_EC2.replace("EC2", "FARGATE")}, 1),
        ({"overlay": ON_EC2.replace("EC2", "FARGATE").replace("aws_ecs_task_definition.web.arn", '"web:1"')}, 0),
    ],
)
def test_which_needs_go_through_an_endpoint_at_all(change: dict[str, str], count: int) -> None:
    assert len(asked("logs", "logs:PutLogEvents", HERE, **change)) == count
