"""What the views parse of a graph, from Terraform as somebody writes it."""

from stage3c.views.certificates import names_on
from stage3c.views.databases import databases_of, port_of
from stage3c.views.load_balancers import balancers_of, listener_rules, listeners_of, load_balancer, load_balancers
from stage3c.views.services import services, services_of
from stage3c.views.statements import statements_in
from stage3c.views.tasks import containers, tasks

from tests.readers.folders import graph_of

TASK = """
resource "aws_ecs_task_definition" "web" {{
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([
    {{ name = "web", image = "nginx:1.27", portMappings = [{{ containerPort = 8080 }}, {{ containerPort = 9090 }}],
      environment = [{{ name = "DB_HOST", value = aws_db_instance.main.address }}] }},
    {{ image = "envoy:1" }}
  ])
}}
resource "aws_db_instance" "main" {{
  engine = "postgres"
}}
resource "aws_ecs_service" "web" {{
  name            = "web"
  task_definition = aws_ecs_task_definition.web.arn
  {more}
}}
"""
BALANCED = """
resource "aws_lb" "front" {
  subnet_mapping { subnet_id = "subnet-0123456789abcdef0" }
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
}
resource "aws_s3_bucket" "logs" {}
resource "aws_lb_target_group" "web" {}
resource "aws_lb_target_group" "old" {}
resource "aws_lb_target_group" "idle" {}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.front.arn
  port              = "80"
  default_action {
    type = "redirect"
    redirect { port = "443" }
  }
}
resource "aws_lb_listener_rule" "web" {
  listener_arn = aws_lb_listener.http.arn
  action {
    type = "forward"
    forward {
      target_group { arn = aws_lb_target_group.web.arn }
      target_group { arn = aws_lb_target_group.old.arn }
    }
  }
}
resource "aws_ecs_service" "web" {
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = "8080"
  }
}
"""


def test_a_task_knows_its_containers_and_whether_these_are_all() -> None:
    graph = graph_of(TASK.format(more=""))
    task = tasks(graph)["aws_ecs_task_definition.web"]
    assert task.is_complete
    assert [container.label for container in task.containers] == ["web", "a container"]
    assert task.containers[0].port_numbers == {8080, 9090}
    assert [owner.address for owner, _ in containers(graph)] == [task.resource.address] * 2
    assert tasks(graph) is tasks(graph)


def test_a_document_that_is_unknown_in_part_is_not_complete() -> None:
    text = 'variable "more" {}\nresource "aws_ecs_task_definition" "web" {\n  container_definitions = %s\n}'
    for written in ("var.more", "jsonencode(concat([{ name = 1 }], var.more))", "jsonencode([])"):
        assert not tasks(graph_of(text % written))["aws_ecs_task_definition.web"].is_complete


def test_a_service_is_on_fargate_by_its_own_words_or_by_those_of_its_task() -> None:
    seen = {
        "": (False, True),
        'launch_type = "FARGATE"': (True, True),
        'launch_type = "EC2"': (False, False),
        'capacity_provider_strategy { capacity_provider = "FARGATE_SPOT" }': (True, True),
        'capacity_provider_strategy { capacity_provider = "own" }': (False, False),
    }
    for more, expected in seen.items():
        service = services(graph_of(TASK.format(more=more)))["aws_ecs_service.web"]
        assert (service.asks_for_fargate, service.runs_on_fargate) == expected, more


def test_a_service_knows_the_databases_of_its_containers() -> None:
    graph = graph_of(TASK.format(more=""))
    found = databases_of(graph, services(graph)["aws_ecs_service.web"].containers)
    assert [(database.address, port_of(graph, database)) for database in found] == [("aws_db_instance.main", 5432)]


def test_a_load_balancer_leads_to_the_target_groups_of_all_rules() -> None:
    graph = graph_of(BALANCED)
    front = load_balancers(graph)[0]
    groups = {name: graph.resources[f"aws_lb_target_group.{name}"] for name in ("web", "old", "idle")}
    behind = {name: [each.address for each in balancers_of(graph, group)] for name, group in groups.items()}
    assert behind == {"web": ["aws_lb.front"], "old": ["aws_lb.front"], "idle": []}
    assert [listener.port for listener in front.listeners] == [80]
    assert listeners_of(graph, front.resource) == list(front.listeners)
    assert [bool(rule.redirects) for rule in listener_rules(graph)] == [True, False]
    assert (front.is_public, front.kind, front.subnets) == (True, "application", ["subnet-0123456789abcdef0"])
    assert [(logs.bucket.address, logs.enabled) for logs in front.logs if logs.bucket] == [("aws_s3_bucket.logs", True)]
    assert load_balancer(graph, groups["web"]) is None
    (target,) = services_of(graph, groups["web"])[0].targets
    assert (target.group, target.container_name, target.port) == (groups["web"], "web", 8080)


def test_a_policy_reads_alike_as_json_and_as_a_document() -> None:
    graph = graph_of(
        """
        data "aws_iam_policy_document" "main" {
          statement {
            sid       = "Read"
            actions   = ["s3:GetObject"]
            resources = ["arn:aws:s3:::a/*"]
            principals {
              type        = "Service"
              identifiers = ["ecs-tasks.amazonaws.com"]
            }
            condition {
              test     = "StringEquals"
              variable = "aws:SourceAccount"
              values   = ["123456789012"]
            }
          }
        }
        resource "aws_s3_bucket_policy" "by_document" {
          policy = data.aws_iam_policy_document.main.json
        }
        resource "aws_s3_bucket_policy" "by_json" {
          policy = jsonencode({ Statement = [{
            Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*",
            Principal = { Service = "ecs-tasks.amazonaws.com" },
            Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
          }] })
        }
        """
    )
    both = [statements_in(graph, policy) for policy in graph.of_type("aws_s3_bucket_policy")]
    assert both[0]
    assert both[0][0]._replace(origin="") == (both[1] or both[0])[0]._replace(origin="")
    assert both[0][0].origin == "aws_s3_bucket_policy.by_document"


def test_a_certificate_names_its_domain_first() -> None:
    text = 'resource "aws_acm_certificate" "main" {\n  domain_name = "a.example"\n  subject_alternative_names = ["b.example"]\n}'
    graph = graph_of(text)
    assert names_on(graph, graph.resources["aws_acm_certificate.main"]) == ["a.example", "b.example"]


def test_what_is_waited_for_is_followed_through_every_instance_and_reference() -> None:
    graph = graph_of(
        """
        resource "aws_internet_gateway" "main" {}
        resource "aws_route" "out" {
          count      = 2
          gateway_id = aws_internet_gateway.main.id
        }
        resource "aws_ecs_service" "web" {
          depends_on = [aws_route.out]
        }
        resource "aws_nat_gateway" "main" {
          allocation_id = aws_eip.main.id
          depends_on    = [aws_route.out]
        }
        resource "aws_eip" "main" {}
        """
    )
    waits = graph.waits_of(graph.resources["aws_ecs_service.web"])
    assert {"aws_route.out[0]", "aws_route.out[1]", "aws_internet_gateway.main"} <= waits
    assert "aws_ecs_service.web" not in waits
