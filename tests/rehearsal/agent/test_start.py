"""The start of a task: what ECS would inject, and why it would not start."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from stage3c.rehearsal.agent.secret_references import Reference, parsed
from stage3c.rehearsal.agent.start import Surroundings, variables
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.views.statements import Statement

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1"
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/shop/api"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/shop:*"
ALLOWED = {
    "ecr:GetAuthorizationToken": "*",
    "ecr:BatchCheckLayerAvailability": REPOSITORY,
    "ecr:BatchGetImage": REPOSITORY,
    "ecr:GetDownloadUrlForLayer": REPOSITORY,
    "logs:CreateLogStream": GROUP,
    "logs:PutLogEvents": GROUP,
    "secretsmanager:GetSecretValue": ARN,
}
CONTAINER: Mapping[str, Any] = {
    "image": IMAGE,
    "environment": [{"name": "DB_HOST", "value": "db.example"}],
    "secrets": [{"name": "DB_PASSWORD", "valueFrom": f"{ARN}:password::"}, {"name": "WHOLE", "valueFrom": ARN}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/shop", "awslogs-region": "us-east-1"}},
}
VALUE = json.dumps({"password": "p", "port": 5432})


def around(*without: str) -> Surroundings:
    statements = tuple(
        Statement(allows=True, actions=(action,), resources=(resource,))
        for action, resource in ALLOWED.items()
        if action not in without
    )
    return Surroundings(
        "api-execution", statements, "aws", "123456789012", lambda _: VALUE, lambda name: name == "/shop"
    )


def stopped(container: Mapping[str, Any], surroundings: Surroundings) -> Stopped:
    with pytest.raises(Stopped) as found:
        variables(container, surroundings)
    return found.value


def test_a_container_gets_its_variables_and_secrets_and_nothing_else() -> None:
    assert variables(CONTAINER, around()) == {"DB_HOST": "db.example", "DB_PASSWORD": "p", "WHOLE": VALUE}


@pytest.mark.parametrize("action", ALLOWED)
def test_every_permission_that_is_missing_stops_the_task_and_is_named(action: str) -> None:
    found = stopped(CONTAINER, around(action))
    assert f"not authorized to perform: {action} on resource: " in found.reason
    assert "api-execution" in found.cause
    pulled = action.startswith("ecr:") and action != "ecr:GetAuthorizationToken"
    assert found.reason.startswith("CannotPullContainerError" if pulled else "ResourceInitializationError")


def test_an_image_outside_ecr_needs_no_permission() -> None:
    public = {**CONTAINER, "image": "nginx:1"}
    assert variables(public, around(*(each for each in ALLOWED if each.startswith("ecr:"))))


@pytest.mark.parametrize("value", ['{"user": "x"}', "no json", "[]"])
def test_a_key_that_the_secret_does_not_have_stops_the_task_without_its_value(value: str) -> None:
    found = stopped(CONTAINER, replace(around(), secret=lambda _: value))
    words = "invalid character" if value == "no json" else "did not contain json key password"
    assert words in found.reason
    assert value not in found.reason + found.cause


def test_a_secret_or_log_group_that_does_not_exist_stops_the_task() -> None:
    assert "can't find the specified secret" in stopped(CONTAINER, replace(around(), secret=lambda _: None)).reason
    assert "log group does not exist" in stopped(CONTAINER, replace(around(), has_log_group=lambda _: False)).reason


def test_a_member_that_is_no_text_is_injected_as_json() -> None:
    numbered = {**CONTAINER, "secrets": [{"name": "PORT", "valueFrom": f"{ARN}:port::"}]}
    assert variables(numbered, around())["PORT"] == "5432"


def test_what_is_not_in_secrets_manager_is_said_not_to_be_resolved() -> None:
    other = {**CONTAINER, "secrets": [{"name": "A", "valueFrom": "/shop/parameter"}]}
    assert "does not resolve" in stopped(other, around()).cause


PART = st.text("abcDEF019-_", max_size=8)


@given(PART, PART, PART)
def test_a_reference_is_read_as_it_was_written(key: str, stage: str, version: str) -> None:
    assert parsed(f"{ARN}:{key}:{stage}:{version}") == Reference(ARN, key, stage, version)
    assert parsed(ARN) == Reference(ARN)


@given(st.text(max_size=40))
def test_any_other_text_is_no_reference(text: str) -> None:
    assert parsed(text) is None or ":secretsmanager:" in text
