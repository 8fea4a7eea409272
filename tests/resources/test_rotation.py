"""Services that are redeployed when their secrets change: what is compiled, and that it works in an emulated account."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stage3c.graph import Graph, Json, Ref
from stage3c.output.synth import render
from stage3c.rehearsal.emulator.extensions import extend_all
from stage3c.rules.secrets.rotated_password_is_injected_once import check

from tests.emulator import MAKE_BELIEVE, REGION
from tests.resources.stacks import attributes, compiled, document, statements

REDEPLOYED = "services: {api: {redeploy_on_rotation: true}}"
ONCE = "services: {api: {secrets: {DB_SECRET_ARN: null}}}"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {**MAKE_BELIEVE, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    extend_all()
    with mock_aws():
        yield boto3.client


def test_nothing_is_made_where_no_service_asks_or_has_a_secret() -> None:
    for over in ("", "services: {api: {redeploy_on_rotation: true, secrets: null}}"):
        assert not compiled(over).of_type("aws_sfn_state_machine", "aws_cloudwatch_event_rule")


def test_a_rule_listens_to_the_secrets_that_are_injected_and_to_no_others() -> None:
    rule = compiled(REDEPLOYED).resources["aws_cloudwatch_event_rule.api_secrets"]
    assert document(rule, "event_pattern")["resources"] == [
        Ref("aws_db_instance.orders", "master_user_secret[0].secret_arn"),
        Ref("aws_secretsmanager_secret.stripe", "arn"),
    ]


def test_the_state_machine_may_update_the_services_that_ask_and_no_others() -> None:
    graph = compiled(REDEPLOYED)
    allowed = document(graph.resources["aws_iam_role_policy.redeploy"], "policy")["Statement"]
    assert [(each["Action"], each["Resource"]) for each in allowed] == [
        (["ecs:UpdateService"], [Ref("aws_ecs_service.api", "id")])
    ]
    assert "Redeploy" not in statements(graph, "api", "task")


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ("", 0),
        (ONCE, 1),
        ("services: {api: {secrets: {DB_SECRET_ARN: null}, redeploy_on_rotation: true}}", 0),
        (f"databases: {{orders: {{credentials: self_managed}}}}\n{ONCE}", 0),
        ("services: {api: {secrets: {DB_SECRET_ARN: null, DB_PASSWORD: null}}}", 0),
    ],
)
def test_a_password_that_is_read_once_is_found(over: str, found: int) -> None:
    assert len(list(check(compiled(over)))) == found


def written(graph: Graph, address: str, attribute: str, known: dict[str, str]) -> str:
    """A document as Terraform would send it, with these values for its references."""
    value = attributes(graph, address)[attribute]
    assert isinstance(value, Json)
    text: str = render(value)
    for reference, one in known.items():
        text = text.replace(f"${{{reference}}}", one)
    assert "${" not in text
    return text


def test_a_new_version_of_a_secret_starts_new_tasks(aws: Any) -> None:
    graph = compiled(REDEPLOYED)
    secrets, events, ecs = aws("secretsmanager"), aws("events"), aws("ecs")
    arns = {name: secrets.create_secret(Name=name, SecretString="1")["ARN"] for name in ("orders", "stripe", "other")}
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "a:1", "memory": 128}])
    ecs.create_service(cluster="main", serviceName="api", taskDefinition="api", desiredCount=1)
    known = {
        "aws_db_instance.orders.master_user_secret[0].secret_arn": arns["orders"],
        "aws_secretsmanager_secret.stripe.arn": arns["stripe"],
        "aws_ecs_cluster.main.name": "main",
        "aws_ecs_service.api.name": "api",
    }
    machine = aws("stepfunctions").create_state_machine(
        name="redeploy",
        roleArn="arn:aws:iam::123456789012:role/redeploy",
        definition=written(graph, "aws_sfn_state_machine.redeploy", "definition", known),
    )["stateMachineArn"]
    pattern = written(graph, "aws_cloudwatch_event_rule.api_secrets", "event_pattern", known)
    events.put_rule(Name="api", EventPattern=pattern)
    asked = written(graph, "aws_cloudwatch_event_target.api_secrets", "input", known)
    events.put_targets(Rule="api", Targets=[{"Id": "redeploy", "Arn": machine, "Input": asked}])
    assert json.loads(asked) == {"cluster": "main", "service": "api"}

    def deployment() -> str:
        told = ecs.describe_services(cluster="main", services=["api"])["services"][0]["deployments"]
        return str(next(each["id"] for each in told if each["status"] == "PRIMARY"))

    first = deployment()
    secrets.put_secret_value(SecretId="other", SecretString="2")
    assert deployment() == first
    secrets.put_secret_value(SecretId="orders", SecretString="2", VersionStages=["AWSPENDING"])
    assert deployment() == first
    secrets.put_secret_value(SecretId="orders", SecretString="2")
    second = deployment()
    assert second != first
    secrets.put_secret_value(SecretId="stripe", SecretString="3")
    assert deployment() not in (first, second)
