"""Addresses that a container is given, followed to what answers there."""

import pytest
from stage3c.reach.network import Extent
from stage3c.reach.proofs import proofs

from tests.policy.test_proofs import graph_with

TASK = """\
resource "aws_ecs_task_definition" "web" {{
  family = "shop-web"
  network_mode = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{{ name = "web", image = "nginx:1", environment = [{}] }}])
}}
"""
DATABASE, BALANCER = "aws_db_instance.main", "aws_lb.web"


def flows(kind: str, *variables: tuple[str, str]) -> list[tuple[str, int, Extent]]:
    written = ", ".join(f'{{ name = "{name}", value = {value} }}' for name, value in variables)
    found = [proof for proof in proofs(graph_with(TASK.format(written))) if proof.need.kind == kind]
    return [(proof.need.ends[1], proof.need.port, proof.extent) for proof in found]


@pytest.mark.parametrize(
    ("variables", "port", "extent"),
    [
        ([("DB_HOST", f"{DATABASE}.address")], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", '"5432"')], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", '"3306"')], 3306, Extent.NONE),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", f"tostring({DATABASE}.port)")], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("OTHER_PORT", '"3306"')], 5432, Extent.ALL),
        ([("HOST", f"{DATABASE}.address"), ("PORT", '"3306"')], 3306, Extent.NONE),
        ([("DB_URL", f'"postgres://u@${{{DATABASE}.address}}:5432/shop"')], 5432, Extent.ALL),
        ([("DB_URL", f'"postgres://u@${{{DATABASE}.address}}:5433/shop"')], 5433, Extent.NONE),
    ],
)
def test_the_address_of_a_database(variables: list[tuple[str, str]], port: int, extent: Extent) -> None:
    assert flows("database", *variables) == [(DATABASE, port, extent)]


@pytest.mark.parametrize(
    ("variables", "port", "extent"),
    [
        ([("API", f'"https://${{{BALANCER}.dns_name}}/x"')], 443, Extent.ALL),
        ([("API", f'"https://${{{BALANCER}.dns_name}}:8443/x"')], 8443, Extent.NONE),
        ([("API_HOST", f"{BALANCER}.dns_name"), ("API_PORT", '"443"')], 443, Extent.ALL),
        ([("API_HOST", f"{BALANCER}.dns_name"), ("API_PORT", '"9000"')], 9000, Extent.NONE),
    ],
)
def test_the_address_of_a_load_balancer(variables: list[tuple[str, str]], port: int, extent: Extent) -> None:
    assert flows("call", *variables) == [(BALANCER, port, extent)]
