"""Every row of the reference stack's inventory is in what the reference spec compiles to."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    text = (ROOT / "generated" / "stage3v3" / "main.tf.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def block(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def test_the_network(stack: dict[str, Any]) -> None:
    resources = stack["resource"]
    vpc = resources["aws_vpc"]["main"]
    assert vpc["cidr_block"] == "10.1.0.0/16"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True
    subnets = {(s["cidr_block"], s["availability_zone"]) for s in resources["aws_subnet"].values()}
    assert subnets == {(f"10.1.{n}.0/24", f"us-east-1{'ab'[(n + 1) % 2]}") for n in range(1, 7)}
    associated = [a["subnet_id"] for a in resources["aws_route_table_association"].values()]
    assert sorted(associated) == sorted(f"${{aws_subnet.{name}.id}}" for name in resources["aws_subnet"])
    assert len(resources["aws_nat_gateway"]) == len(resources["aws_eip"]) == 1
    nat = next(iter(resources["aws_nat_gateway"].values()))
    assert nat["subnet_id"] == "${aws_subnet.public_a.id}"
    routes = dict(resources["aws_route"])
    assert len(routes) == 2
    targets = {r["route_table_id"]: r.get("gateway_id") or r.get("nat_gateway_id") for r in routes.values()}
    assert "internet_gateway" in targets["${aws_route_table.public.id}"]
    assert "nat_gateway" in targets["${aws_route_table.private.id}"]


def test_the_firewalls(stack: dict[str, Any]) -> None:
    resources = stack["resource"]
    groups = resources["aws_security_group"]
    assert len(groups) == 5
    assert not any("ingress" in group or "egress" in group for group in groups.values())
    admitted: Counter[tuple[str, str, int]] = Counter()
    for rule in resources["aws_vpc_security_group_ingress_rule"].values():
        target = rule["security_group_id"].split(".")[1]
        source = (
            rule.get("referenced_security_group_id", rule.get("cidr_ipv4", ""))
            .replace("${aws_security_group.", "")
            .removesuffix(".id}")
        )
        assert rule["from_port"] == rule["to_port"]
        admitted[target, source, rule["from_port"]] += 1
    assert dict(admitted) == {
        ("load_balancer_public", "0.0.0.0/0", 80): 1,
        ("load_balancer_public", "0.0.0.0/0", 443): 1,
        ("service_nodejs", "load_balancer_public", 3000): 1,
        ("load_balancer_internal", "service_nodejs", 80): 1,
        ("service_fastapi", "load_balancer_internal", 8000): 1,
        ("database_main", "service_fastapi", 5432): 1,
    }
    for rule in resources["aws_vpc_security_group_egress_rule"].values():
        assert not str(rule.get("cidr_ipv4", "")).startswith("10.")
        assert "database_main" not in rule["security_group_id"]


def test_the_database_and_its_secret(stack: dict[str, Any]) -> None:
    database = stack["resource"]["aws_db_instance"]["main"]
    expected = {
        "engine": "postgres", "engine_version": "15.13", "storage_type": "gp3", "allocated_storage": 20,
        "max_allocated_storage": 100, "storage_encrypted": True, "multi_az": True, "backup_retention_period": 7,
        "manage_master_user_password": True, "publicly_accessible": False, "deletion_protection": True,
    }  # fmt: skip
    assert {key: database.get(key) for key in expected} == expected
    assert not {"password", "password_wo"} & set(database)
    parameters = stack["resource"]["aws_db_parameter_group"]["main"]
    assert parameters["family"] == "postgres15"
    assert {"rds.force_ssl": "1"}.items() <= {p["name"]: p["value"] for p in parameters["parameter"]}.items()
    assert len(stack["resource"]["aws_db_subnet_group"]["main"]["subnet_ids"]) == 2


def test_the_replica_sibling_keeps_its_own_secret_out_of_the_state() -> None:
    sibling = json.loads((ROOT / "generated" / "stage3v3-replica" / "main.tf.json").read_text(encoding="utf-8"))
    databases = sibling["resource"]["aws_db_instance"]
    assert databases["main_replica_1"]["replicate_source_db"]
    assert "manage_master_user_password" not in databases["main"]
    assert "password" not in databases["main"]
    assert "ephemeral." in databases["main"]["password_wo"]
    assert "ephemeral." in sibling["resource"]["aws_secretsmanager_secret_version"]["main"]["secret_string_wo"]


def test_the_images(stack: dict[str, Any]) -> None:
    repositories = stack["resource"]["aws_ecr_repository"]
    assert set(repositories) == set(stack["resource"]["aws_ecr_lifecycle_policy"]) == {"fastapi", "nodejs"}
    for repository in repositories.values():
        assert repository["image_tag_mutability"] == "IMMUTABLE"
        assert block(repository["image_scanning_configuration"])["scan_on_push"] is True


def test_the_compute(stack: dict[str, Any]) -> None:
    resources = stack["resource"]
    cluster = resources["aws_ecs_cluster"]["main"]
    assert block(cluster["setting"]) == {"name": "containerInsights", "value": "enabled"}
    for name in ("fastapi", "nodejs"):
        task = resources["aws_ecs_task_definition"][name]
        assert (str(task["cpu"]), str(task["memory"]), task["network_mode"]) == ("512", "1024", "awsvpc")
        service = resources["aws_ecs_service"][name]
        assert service["desired_count"] == 2
        assert block(service["deployment_circuit_breaker"]) == {"enable": True, "rollback": True}
        assert any(d.startswith("aws_lb_listener") for d in service["depends_on"])
        assert service["lifecycle"]["ignore_changes"] == ["desired_count"]
        target = resources["aws_appautoscaling_target"][name]
        assert (target["min_capacity"], target["max_capacity"]) == (1, 10)
        assert resources["aws_cloudwatch_log_group"][f"service_{name}"]["retention_in_days"] == 14
    values = {
        block(block(p["target_tracking_scaling_policy_configuration"])["predefined_metric_specification"])["predefined_metric_type"]:
            block(p["target_tracking_scaling_policy_configuration"])["target_value"]
        for p in resources["aws_appautoscaling_policy"].values()
    }  # fmt: skip
    assert values == {"ECSServiceAverageCPUUtilization": 70, "ECSServiceAverageMemoryUtilization": 80}


def test_the_containers_get_host_port_and_name_from_the_instance_and_the_rest_from_the_secret(
    stack: dict[str, Any],
) -> None:
    definition = stack["resource"]["aws_ecs_task_definition"]["fastapi"]["container_definitions"]
    assert definition == "${jsonencode(local.containers_fastapi)}"
    container = stack["locals"]["containers_fastapi"][0]
    environment = {v["name"]: v["value"] for v in container["environment"]}
    assert environment["DB_HOST"] == "${tostring(aws_db_instance.main.address)}"
    assert set(environment) >= {"DB_HOST", "DB_PORT", "DB_NAME", "DB_SECRET_ARN"}
    secrets = {v["name"]: v["valueFrom"] for v in container["secrets"]}
    arn = "${aws_db_instance.main.master_user_secret[0].secret_arn}"
    assert secrets == {"DB_USERNAME": f"{arn}:username::", "DB_PASSWORD": f"{arn}:password::"}


def test_the_traffic(stack: dict[str, Any]) -> None:
    resources = stack["resource"]
    assert resources["aws_lb"]["internal"]["internal"] is True
    listeners = resources["aws_lb_listener"]
    assert block(listeners["public_http"]["default_action"])["type"] == "redirect"
    assert listeners["public_https"]["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert (listeners["internal_http"]["port"], listeners["internal_http"]["protocol"]) == (80, "HTTP")
    for name, path in (("fastapi", "/ready"), ("nodejs", "/ready")):
        group = resources["aws_lb_target_group"][name]
        assert group["target_type"] == "ip"
        assert block(group["health_check"])["path"] == path
    names = [r["name"] for kind in ("aws_lb", "aws_lb_target_group") for r in resources[kind].values()]
    assert len(names) == len(set(names))
    assert all(len(name) <= 32 for name in names)


def test_identity_is_exact(stack: dict[str, Any]) -> None:
    roles, policies = stack["resource"]["aws_iam_role"], stack["resource"]["aws_iam_role_policy"]
    for service in ("fastapi", "nodejs"):
        for kind in ("execution", "task"):
            trust = json.loads(roles[f"{service}_{kind}"]["assume_role_policy"])["Statement"][0]
            assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
            assert "aws:SourceAccount" in json.dumps(trust["Condition"])
    assert "aws_iam_role_policy_attachment" not in stack["resource"]
    statements = [s for policy in policies.values() for s in json.loads(policy["policy"])["Statement"]]
    for statement in statements:
        wide = statement["Resource"] in ("*", ["*"])
        assert not wide or statement["Action"] in ("ecr:GetAuthorizationToken", ["ecr:GetAuthorizationToken"]), (
            statement
        )
    granted = [s["Resource"] for s in statements if "secretsmanager:GetSecretValue" in str(s["Action"])]
    arn = "${aws_db_instance.main.master_user_secret[0].secret_arn}"
    assert granted
    assert all(resource in (arn, [arn]) for resource in granted)


def test_the_address(stack: dict[str, Any]) -> None:
    records = stack["resource"]["aws_route53_record"]
    aliases = [r for r in records.values() if r["type"] == "A"]
    assert [r["name"] for r in aliases] == ["stage3v3.a-g-e-n-t-i-c.com"]
    assert stack["data"]["aws_route53_zone"]["main"]["name"] == "a-g-e-n-t-i-c.com"
    assert stack["resource"]["aws_acm_certificate_validation"]["public"]


def test_the_observation(stack: dict[str, Any]) -> None:
    metrics = Counter(a["metric_name"] for a in stack["resource"]["aws_cloudwatch_metric_alarm"].values())
    for metric in (
        "CPUUtilization",
        "MemoryUtilization",
        "HTTPCode_Target_5XX_Count",
        "UnHealthyHostCount",
        "FreeStorageSpace",
    ):
        assert metrics[metric] >= 1
    subscription = next(iter(stack["resource"]["aws_sns_topic_subscription"].values()))
    assert subscription["endpoint"] == "ops@example.com"
    assert stack["resource"]["aws_cloudwatch_dashboard"]
    assert stack["resource"]["aws_budgets_budget"]


def test_the_state(stack: dict[str, Any]) -> None:
    backend = stack["terraform"]["backend"]["s3"]
    assert backend == {
        "bucket": "agentic-aws-terraform-state",
        "key": "agentic-aws/stage3v3/terraform.tfstate",
        "region": "us-east-1",
        "encrypt": True,
        "dynamodb_table": "agentic-aws-terraform-locks",
        "use_lockfile": True,
    }
    assert stack["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100, < 7"
