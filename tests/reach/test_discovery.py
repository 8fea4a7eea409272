"""Names of Cloud Map and Service Connect that a container is given, followed to the services registered under them."""

import pytest
from stage3c.reach.network import Extent
from stage3c.reach.proofs import proofs
from stage3c.reach.unjudged import unjudged
from stage3c.rules.network.called_name_is_not_served import check

from tests.policy.test_proofs import graph_with

CLOUD_MAP = """\
resource "aws_service_discovery_private_dns_namespace" "shop" {
  name = "shop.internal"
  vpc  = aws_vpc.main.id
}
resource "aws_service_discovery_service" "orders" {
  name = "orders"
  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.shop.id
    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}
"""
REGISTERED = "service_registries {\n    registry_arn = aws_service_discovery_service.orders.arn\n  }"
ALIAS = """service_connect_configuration {
    enabled   = true
    namespace = "shop"
    service {
      port_name = "http"
      client_alias {
        dns_name = "orders"
        port     = 80
      }
    }
  }"""
CALLER = """\
resource "aws_ecs_task_definition" "web" {{
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{{ name = "web", image = "nginx:1", environment = [{}] }}])
}}
"""
ORDERS = """\
resource "aws_security_group" "orders" {{
  vpc_id = aws_vpc.main.id
  ingress {{
    protocol        = "tcp"
    from_port       = {port}
    to_port         = {port}
    security_groups = [aws_security_group.web.id]
  }}
}}
resource "aws_vpc_security_group_egress_rule" "web_to_orders" {{
  security_group_id            = aws_security_group.web.id
  referenced_security_group_id = aws_security_group.orders.id
  ip_protocol                  = "tcp"
  from_port                    = 9000
  to_port                      = 9000
}}
resource "aws_ecs_task_definition" "orders" {{
  family                   = "shop-orders"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{{
    name         = "orders"
    image        = "nginx:1"
    portMappings = [{{ name = "http", containerPort = 9000 }}]
  }}])
}}
resource "aws_ecs_service" "orders" {{
  name            = "orders"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.orders.arn
  network_configuration {{
    subnets         = [aws_subnet.private_a.id]
    security_groups = [aws_security_group.orders.id]
  }}
  {registered}
}}
"""
MESH = """\
resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id]
    security_groups = [aws_security_group.web.id]
  }
  service_connect_configuration {
    enabled = %s
  }
}
"""
URL = "http://orders.shop.internal"


def stack(*variables: tuple[str, str], registered: str = REGISTERED, port: int = 9000, more: str = "") -> str:
    written = ", ".join(f'{{ name = "{name}", value = {value} }}' for name, value in variables)
    return CLOUD_MAP + CALLER.format(written) + ORDERS.format(registered=registered, port=port) + more


def calls(text: str) -> list[tuple[str, int, Extent]]:
    found = [proof for proof in proofs(graph_with(text)) if proof.need.kind == "call"]
    return [(proof.need.ends[1], proof.need.port, proof.extent) for proof in found]


def told(text: str) -> list[str]:
    return [finding.cause.partition(": ")[2] for finding in check(graph_with(text))]


@pytest.mark.parametrize(
    ("variables", "port"),
    [
        ([("ORDERS_URL", f'"{URL}:9000"')], 9000),
        ([("ORDERS_URL", f'"{URL}:9000/x?y#z"')], 9000),
        ([("ORDERS_URL", f'"{URL.upper().replace("HTTP", "http")}.:9000"')], 9000),
        ([("ORDERS_URL", '"http://user:pw@orders.shop.internal:9000"')], 9000),
        ([("ORDERS", '"orders.shop.internal:9000"')], 9000),
        ([("ORDERS_HOST", '"orders.shop.internal"'), ("ORDERS_PORT", '"9000"')], 9000),
        ([("ORDERS_URL", '"http://${aws_service_discovery_service.orders.name}.shop.internal:9000"')], 9000),
        ([("ORDERS_URL", f'"{URL}"')], 80),
        ([("ORDERS_URL", f'"{URL.replace("http", "https")}"')], 443),
    ],
)
def test_a_name_of_cloud_map_leads_to_the_service_registered_under_it(
    variables: list[tuple[str, str]], port: int
) -> None:
    text = stack(*variables)
    assert calls(text) == [("aws_ecs_service.orders", port, Extent.ALL if port == 9000 else Extent.NONE)]
    wrong = f"orders.shop.internal is called on port {port}, but listens on 9000."
    assert told(text) == ([] if port == 9000 else [wrong])


def test_the_groups_on_the_way_count() -> None:
    assert calls(stack(("ORDERS_URL", f'"{URL}:9000"'), port=9001)) == [("aws_ecs_service.orders", 9000, Extent.NONE)]


@pytest.mark.parametrize(
    ("value", "registered", "more", "expected"),
    [
        (f"{URL}:9000", "", "", ["no service registers under orders.shop.internal."]),
        ("http://other.shop.internal:9000", REGISTERED, "", ["no service has the name other.shop.internal."]),
        ("http://other.example.com:9000", REGISTERED, "", []),
        ("other", REGISTERED, "", []),
        ("http://shop.internal", REGISTERED, "", []),
        (
            f"{URL}:9000",
            "",
            'resource "aws_service_discovery_instance" "x" {\n  service_id = aws_service_discovery_service.orders.id\n}\n',
            [],
        ),
        (f"{URL}:9000", "", 'output "o" {\n  value = aws_service_discovery_service.orders.arn\n}\n', []),
        (
            "http://other.shop.internal",
            REGISTERED,
            'output "o" {\n  value = aws_service_discovery_private_dns_namespace.shop.id\n}\n',
            [],
        ),
        (
            "http://other.shop.internal",
            REGISTERED,
            'module "m" {\n  source = "a/b/aws"\n  x = aws_service_discovery_private_dns_namespace.shop.id\n}\n',
            [],
        ),
    ],
)
def test_a_name_that_nothing_registers(value: str, registered: str, more: str, expected: list[str]) -> None:
    text = stack(("ORDERS_URL", f'"{value}"'), registered=registered, more=more)
    assert told(text) == expected
    name = value.removeprefix("http://").partition(":")[0]
    is_missing = name.endswith(".shop.internal") and (not registered or "other" in name)
    said = [why for _, why in unjudged(graph_with(text)) if "under which no service" in why]
    assert said == [f"calls {name}, under which no service of this configuration is registered"] * is_missing
    assert calls(text) == []


@pytest.mark.parametrize(
    ("url", "is_client", "expected", "findings"),
    [
        ("http://orders", "true", [("aws_ecs_service.orders", 9000, Extent.ALL)], []),
        ("http://orders:80", "true", [("aws_ecs_service.orders", 9000, Extent.ALL)], []),
        ("http://orders:9000", "true", [], ["orders is called on port 9000, but listens on 80."]),
        ("http://orders", "false", [], []),
    ],
)
def test_an_alias_of_service_connect_leads_to_the_port_behind_it(
    url: str, is_client: str, expected: list[tuple[str, int, Extent]], findings: list[str]
) -> None:
    text = stack(("ORDERS_URL", f'"{url}"'), registered=ALIAS, more=MESH % is_client)
    assert calls(text) == expected
    assert told(text) == findings


def test_a_name_without_a_port_is_told() -> None:
    assert "calls an unknown port of orders.shop.internal with ORDERS of web" in {
        why for _, why in unjudged(graph_with(stack(("ORDERS", '"orders.shop.internal"'))))
    }


def test_a_service_that_is_told_its_own_name_calls_nobody() -> None:
    connect = "service_connect_configuration {\n    enabled = %s\n  }"
    assert connect in MESH
    own = CLOUD_MAP + CALLER.format(f'{{ name = "OWN_URL", value = "{URL}:9000" }}') + MESH.replace(connect, REGISTERED)
    assert calls(own) == []
