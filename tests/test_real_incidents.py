# ruff: noqa: E501, Q003 - rows of a table
"""Deployments of this kind that failed elsewhere and were reported publicly: refused here, or impossible in what is compiled.

Each case carries the address of its report.
"""

from collections.abc import Callable
from typing import Any

import pytest
from stage3c.audits import audit
from stage3c.graph import Graph, Json, Ref, Resource
from stage3c.language.environments import environments
from stage3c.pipeline import Build, judge
from stage3c.readers.configuration import read_configuration
from stage3c.rules.terraform_overlay import laid_over

from tests.rules.overlaid import document_with

REFUSED = [
    ("https://github.com/hashicorp/terraform-provider-aws/issues/48070", "HLT104",
     "services: {web: {health: {ready: {path: /ready, interval_seconds: 5, timeout_seconds: 6}}}}"),
    ("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html", "SVC102",
     "services: {web: {cpu: 512, memory_mib: 512}}"),
    ("a task whose size is not given", "SPEC102", "services: {web: {cpu: null}}"),
    ("gp3 of 400 GiB and more with iops 0", "DBS103",
     "databases: {orders: {storage_gib: {initial: 400, max: 1000, iops: 0}}}"),
    ("a target group's name over 32 characters", "NAM101",
     "services: {web: {load_balancer: {name: public, target_group_name: namespace-stage-name-label-too-long}}}"),
    ("an admin as master user", "DBS108", "databases: {orders: {credentials: {kind: rds_managed, username: admin}}}"),
    ("https://github.com/crossplane-contrib/provider-aws/issues/1701", "DBS108",
     "databases: {orders: {credentials: {kind: rds_managed, username: pg_owner}}}"),
    ("two load balancers of one name", "NAM102", "load_balancers: {public: {name: x-lb}, internal: {name: x-lb}}"),
    ("a database's subnets in one zone", "DBS111", "network: {subnets: {database: {cidrs: [10.0.4.0/24]}}}"),
    ("a load balancer in one zone", "LBA101", "network: {subnets: {public: {cidrs: [10.0.0.0/24]}}}"),
    ("a load balancer with one zone twice", "NET110", "network: {zones: [eu-central-1a, eu-central-1a]}"),
    ("Fargate in a subnet without a way out", "NET119",
     "network: {nat: none, route_tables: {private: {default_route: none}}}"),
    ("Fargate with some of the endpoints", "NET119",
     "network: {nat: none, route_tables: {private: {default_route: none}}, endpoints: [s3, ecr, logs]}"),
    ("subnets that overlap", "NET107", "network: {subnets: {private: {cidrs: [10.0.0.128/25, 10.0.3.0/24]}}}"),
    ("a key of a secret that is no JSON", "SEC102", "services: {web: {secrets: {SESSION_SECRET: session.key}}}"),
    ("https://github.com/dagster-io/dagster/issues/11622", "SVC105", "services: {web: {environment: {SESSION_SECRET: x}}}"),
    ("a certificate for names of another zone", "DNS101", "domain: {name: shop.example.net}"),
    ("backup and maintenance at one time", "DBS106",
     "databases: {orders: {backup_window: '05:00-06:00', maintenance_window: 'sun:05:30-sun:06:30'}}"),
    ("an engine spelled postgresql", "SPEC104", "databases: {orders: {engine: postgresql}}"),
    ("https://github.com/terraform-aws-modules/terraform-aws-rds/issues/532", "DBS107", "databases: {orders: {replicas: 1}}"),
    ("more than 60 rules of one security group", "LIM106",
     "load_balancers: {public: {allow_from: [" + ", ".join(f"198.51.100.{n}/32" for n in range(61)) + "]}}"),
    ("scaling bounds in the wrong order", "SVC106", "services: {web: {scale: {min: 4, desired: 4, max: 2}}}"),
    ("https://github.com/hashicorp/terraform-provider-aws/issues/19519", "SVC108",
     "services: {web: {deployment: {minimum_healthy_percent: 100, maximum_percent: 100}}}"),
]  # fmt: skip


def build(overlay: str = "") -> Build:
    documents, faults = environments(document_with(overlay))
    assert not faults
    return judge(Build(next(iter(documents.values())), "prod", "example"))


@pytest.mark.parametrize(("report", "code", "overlay"), REFUSED, ids=[f"{row[1]}-{n}" for n, row in enumerate(REFUSED)])
def test_a_reported_failure_is_refused(report: str, code: str, overlay: str) -> None:
    assert code in {diagnostic.code for diagnostic in build(overlay).diagnostics}, report


WIDE = """
databases:
  orders: {replicas: 1, credentials: self_managed, parameters: {max_connections: "200"},
           kms_key: "arn:aws:kms:eu-central-1:123456789012:key/1"}
load_balancers: {public: {access_logs: true, hostnames: [shop.example.com, "*.shop.example.com"]}}
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    made = build(WIDE)
    assert made.graph is not None, made.diagnostics
    return made.graph


def body(value: Any) -> Any:
    assert isinstance(value, Json)
    return value.value


def bound(graph: Graph, service: Resource) -> bool:
    """Whether a listener or rule forwards to the service's group, and the service waits for it."""
    group: Any = service.attributes["load_balancer"]
    for address in service.depends_on:
        waits = graph.resources[address]
        actions: Any = waits.attributes.get("default_action") or waits.attributes.get("action") or []
        if any(action.get("target_group_arn") == group[0]["target_group_arn"] for action in actions):
            return True
    return False


IMPOSSIBLE: list[tuple[str, Callable[[Graph], bool]]] = [
    ("https://github.com/hashicorp/terraform/issues/32908",
     lambda g: all(bound(g, s) for s in g.of_type("aws_ecs_service"))),
    ("https://github.com/hashicorp/terraform-provider-aws/issues/11723",
     lambda g: all(t.attributes["target_type"] == "ip" for t in g.of_type("aws_lb_target_group"))),
    ("a container port that no task definition has",
     lambda g: all(
         s.attributes["load_balancer"][0]["container_port"]  # type: ignore[index,call-overload] # a list of blocks
         == body(g.resources[f"aws_ecs_task_definition.{s.name}"].attributes["container_definitions"])[0]["portMappings"][0]["containerPort"]
         for s in g.of_type("aws_ecs_service"))),
    ("desired_count set back by every apply",
     lambda g: all("desired_count" in s.lifecycle.ignore_changes for s in g.of_type("aws_ecs_service"))),
    ("a service that cannot be made before the old one goes",
     lambda g: not any(s.lifecycle.create_before_destroy for s in g.of_type("aws_ecs_service"))),
    ("a target group replaced while a listener uses it",
     lambda g: all(t.lifecycle.create_before_destroy and str(t.attributes["port"]) in str(t.attributes["name"])
                   for t in g.of_type("aws_lb_target_group"))),
    ("a role's name without project and environment",
     lambda g: all(str(r.attributes["name"]).startswith("shop-prod-") for r in g.of_type("aws_iam_role"))),
    ("https://github.com/hashicorp/terraform/issues/14449",
     lambda g: bool(g.resources["aws_db_instance.orders"].attributes["final_snapshot_identifier"])),
    ("a final snapshot of a read replica",
     lambda g: g.resources["aws_db_instance.orders_replica_1"].attributes["skip_final_snapshot"] is True),
    ("https://github.com/terraform-aws-modules/terraform-aws-rds/issues/349",
     lambda g: {"name": "max_connections", "value": "200", "apply_method": "pending-reboot"}
     in g.resources["aws_db_parameter_group.orders"].attributes["parameter"]),  # type: ignore[operator] # a list of blocks
    ("groups that refer to each other inline",
     lambda g: not any({"ingress", "egress"} & set(s.attributes) for s in g.of_type("aws_security_group"))),
    ("a task's group without egress",
     lambda g: {Ref(f"aws_security_group.service_{s.name}") for s in g.of_type("aws_ecs_service")}
     <= {r.attributes["security_group_id"] for r in g.of_type("aws_vpc_security_group_egress_rule") if r.attributes["from_port"] == 443}),
    ("https://github.com/hashicorp/terraform-provider-aws/issues/3051",
     lambda g: all(t.attributes["execution_role_arn"] for t in g.of_type("aws_ecs_task_definition"))),
    ("a secret under a customer's key that the role may not decrypt",
     lambda g: any("kms:Decrypt" in s["Action"] for s in body(g.resources["aws_iam_role_policy.api_execution"].attributes["policy"])["Statement"])),
    ("https://github.com/terraform-aws-modules/terraform-aws-s3-bucket/issues/183",
     lambda g: g.resources["aws_lb.public"].depends_on == ("aws_s3_bucket_policy.logs_public",)),
    ("a made password that RDS refuses",
     lambda g: set("/@\" ") <= set(str(g.resources["ephemeral.aws_secretsmanager_random_password.orders"].attributes["exclude_characters"]))),
    ("a log group that nobody made",
     lambda g: all(f"aws_cloudwatch_log_group.service_{s.name}" in g.resources for s in g.of_type("aws_ecs_service"))),
    ("a wildcard and its base with one validation record twice",
     lambda g: len([r for r in g.of_type("aws_route53_record") if "_validation_" in r.name]) == 1),
    ("a zone's own NS record",
     lambda g: not any(r.attributes["type"] in ("NS", "SOA") for r in g.of_type("aws_route53_record"))),
    ("a network ACL that drops what comes back", lambda g: not g.of_type("aws_network_acl")),
]  # fmt: skip


@pytest.mark.parametrize(("report", "holds"), IMPOSSIBLE, ids=[str(n) for n in range(len(IMPOSSIBLE))])
def test_a_reported_failure_cannot_be_compiled(graph: Graph, report: str, holds: Callable[[Graph], bool]) -> None:
    assert holds(graph), report


AUDITED = [
    ("https://github.com/GuardBench/guardbench-backend/issues/166", "HLT280", 1, """
resource "aws_lb_target_group" "web" {
  name_prefix = "shop-"
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path                = "/ready"
    interval            = 30
    healthy_threshold   = 5
    unhealthy_threshold = %s
  }
}
""", ("2", "4")),
    ("https://github.com/aws/copilot-cli/issues/1949", "SVC150", 1, """
resource "docker_image" "web" {
  name = "registry.example.com/web:1"
  build {
    context  = "."
    platform = "linux/%s"
  }
}
resource "docker_registry_image" "web" {
  name = docker_image.web.name
}
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions    = jsonencode([{ name = "web", image = docker_registry_image.web.name }])
}
""", ("arm64", "amd64")),
    ("https://github.com/aws-samples/one-observability-demo/issues/266", "SVC150", 1, """
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions    = jsonencode([{ name = "web", image = "${aws_ecr_repository.web.repository_url}:1.0-%s" }])
}
""", ("arm64", "x86_64")),
    ("https://github.com/terraform-aws-modules/terraform-aws-rds-aurora/issues/143", "NAM201", 2, """
resource "aws_rds_cluster" "main" {
  cluster_identifier          = "production-rds-aurora-0123456789012345678901234567890123456%s"
  engine                      = "aurora-postgresql"
  master_username             = "owner"
  manage_master_user_password = true
}
resource "aws_rds_cluster_instance" "main" {
  count              = 2
  identifier         = "${aws_rds_cluster.main.id}-${count.index + 1}"
  cluster_identifier = aws_rds_cluster.main.id
  instance_class     = "db.r6g.large"
  engine             = aws_rds_cluster.main.engine
}
""", ("789", "7")),
    ("https://github.com/milliHQ/terraform-aws-next-js/issues/326", "NAM280", 1, """
resource "aws_iam_role" "other" {
  name               = "%s"
  assume_role_policy = jsonencode({ Statement = [] })
}
""", ("beanstalk-service-role", "shop-service-role")),
    ("https://github.com/hashicorp/terraform-provider-aws/issues/4467", "SEC280", 1, """
resource "aws_secretsmanager_secret" "api" {
  name = "CapeCloud/MongoDB_root_Credential"
  %s
}
""", ("", "recovery_window_in_days = 0")),
    ("https://github.com/hashicorp/terraform-provider-aws/issues/33523", "SVC280", 1, """
# without aws_ecr_lifecycle_policy.web
resource "aws_ecr_repository" "web" {
  name = "shop/web"
  %s
}
""", ("force_delete = false", "force_delete = true")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("report", "code", "count", "terraform", "values"), AUDITED, ids=[f"{row[1]}-{n}" for n, row in enumerate(AUDITED)]
)
def test_a_reported_failure_is_found_in_terraform(
    report: str, code: str, count: int, terraform: str, values: tuple[str, str]
) -> None:
    for value, expected in zip(values, (count, 0), strict=True):
        text = laid_over(terraform.replace("%s", value)).encode()
        reading = read_configuration(".", {".": {"main.tf": text}}.get)
        assert [found.code for found in audit(reading)].count(code) == expected, report
