"""Why a stack does not work: what is said of what AWS answers, each with its line of the spec."""

import json
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Refused, Unanswered
from stage3c.delivery.causes import causes, look
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT

SPEC = ROOT / "specs" / "stage3v3.yaml"
BUILD = compile_spec(SPEC.read_bytes(), "stage3v3.yaml").builds[0]
LINES = SPEC.read_text(encoding="utf-8").splitlines()
CANARY = "hunter2-canary-Zq81"
VARIABLES = {
    "fastapi": (["DB_HOST", "DB_PORT", "DB_NAME", "DB_SECRET_ARN"], ["DB_USERNAME", "DB_PASSWORD"]),
    "nodejs": (["FASTAPI_URL"], []),
}


class Aws:
    """An account in which the stack runs, except for what a test says."""

    def __init__(self, **changes: Any) -> None:
        """Take answers for one service, fastapi, by the operation."""
        self.region = "us-east-1"
        self.changes = changes

    def ask(self, call: str, /, **parameters: Any) -> Any:
        operation = call.partition(".")[2]
        text = json.dumps(parameters)
        if operation in self.changes and ("fastapi" in text or "fast" in text):
            answer = self.changes[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer
        key = "fastapi" if "fast" in text else "nodejs"
        return getattr(self, operation)(key)

    @staticmethod
    def describe_services(key: str, **changes: Any) -> Any:
        balancers = [{"targetGroupArn": f"arn:aws:elasticloadbalancing:::targetgroup/{key}"}]
        usual = {
            "status": "ACTIVE",
            "runningCount": 2,
            "desiredCount": 2,
            "taskDefinition": f"agentic-aws-stage3v3-{key}:7",
            "loadBalancers": balancers,
            "events": [],
            "deployments": [{"id": "ecs-svc/1", "rolloutState": "COMPLETED"}],
        }
        return {"services": [usual | changes]}

    @staticmethod
    def list_tasks(_: str) -> Any:
        return {"taskArns": []}

    @staticmethod
    def describe_task_definition(key: str, **changes: Any) -> Any:
        plain, secret = VARIABLES[key]
        container = {
            "name": key,
            "image": f"1.dkr.ecr.us-east-1.amazonaws.com/agentic-aws/stage3v3/{key}:v1",
            "environment": [{"name": name, "value": CANARY} for name in plain],
            "secrets": [{"name": name} for name in secret],
            "portMappings": [{"containerPort": 8000 if key == "fastapi" else 3000}],
        }
        return {"taskDefinition": {"containerDefinitions": [container | changes]}}

    @staticmethod
    def describe_target_health(_: str) -> Any:
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}]}

    @staticmethod
    def filter_log_events(_: str) -> Any:
        return {"events": []}


def told(**changes: Any) -> list[str]:
    return causes(look(Aws(**changes), BUILD), BUILD)  # type: ignore[arg-type] # as much of an account as is asked


def line(sentence: str) -> str:
    """The line of the spec that a sentence names."""
    number = sentence.partition("stage3v3.yaml:")[2]
    return LINES[int("".join(char for char in number[:3] if char.isdigit())) - 1]


def test_nothing_is_said_of_a_stack_that_runs() -> None:
    assert told() == []


def test_what_a_program_logs_of_its_users_is_no_cause() -> None:
    logged = [{"message": "ERROR the e-mail address is invalid, the order cannot be changed"}]
    assert told(filter_log_events={"events": logged}) == []


def test_a_service_that_does_not_exist() -> None:
    assert "the ECS service of services.fastapi does not exist" in told(describe_services={"services": []})[0]


def test_a_cluster_that_does_not_exist() -> None:
    found = told(describe_services=Refused("DescribeServices", "ClusterNotFoundException"))
    assert "does not exist; apply the stack" in found[0]


@pytest.mark.parametrize("error", [Refused("DescribeServices", "AccessDeniedException"), Unanswered("no answer")])
def test_what_cannot_be_asked_is_not_called_missing(error: Exception) -> None:
    found = told(describe_services=error)
    assert "could not be looked at completely" in found[0]
    assert not any("does not exist" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("changes", "sentence", "at"),
    [
        (
            {
                "describe_services": Aws.describe_services(
                    "fastapi",
                    deployments=[
                        {"id": "ecs-svc/2", "rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start."}
                    ],
                )
            },
            "deployment ecs-svc/2 of services.fastapi failed",
            "fastapi:",
        ),
        ({"describe_services": Aws.describe_services("fastapi", runningCount=0)}, "runs 0 of 2 tasks", "fastapi:"),
        (
            {"describe_task_definition": Aws.describe_task_definition("fastapi", image="x/y:v0")},
            "runs the image x/y:v0, the spec says v1",
            "fastapi:",
        ),
        (
            {"describe_task_definition": Aws.describe_task_definition("fastapi", secrets=[])},
            "variable DB_PASSWORD of services.fastapi is not deployed",
            "secrets:",
        ),
        (
            {"describe_task_definition": Aws.describe_task_definition("fastapi", portMappings=[])},
            "has no port 8000",
            "port: 8000",
        ),
        (
            {
                "describe_target_health": {
                    "TargetHealthDescriptions": [{"TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"}}]
                }
            },
            "a target of services.fastapi is unhealthy: Target.Timeout",
            "ready:",
        ),
    ],
)
def test_a_difference_is_named_with_its_line(changes: dict[str, Any], sentence: str, at: str) -> None:
    found = [each for each in told(**changes) if sentence in each]
    assert found
    assert at in line(found[0])


@pytest.mark.parametrize(
    ("message", "title", "at"),
    [
        (
            "AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue",
            "cannot read the secret",
            "secrets:",
        ),
        (
            "CannotPullContainerError: failed to resolve ref x/y:v1: not found",
            "does not exist in the registry",
            "fastapi:",
        ),
        (
            "ResourceInitializationError: retrieved context deadline exceeded",
            "no route to Secrets Manager",
            "subnets: private",
        ),
        ("FATAL: password authentication failed for user", "rejects the password", "secrets:"),
        ('psycopg.errors.UndefinedTable: relation "orders" does not exist', "migration did not run", "uses:"),
        ('connection to server at "10.0.0.1", port 5432 failed: timeout expired', "cannot be reached", "uses:"),
    ],
)
@pytest.mark.parametrize("where", ["log", "event", "task"])
def test_a_known_failure_is_told_with_its_line(message: str, title: str, at: str, where: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "log": {"filter_log_events": {"events": [{"message": message}]}},
        "event": {
            "describe_services": Aws.describe_services(
                "fastapi", events=[{"message": f"(service agentic-aws-stage3v3-fastapi) {message}"}]
            )
        },
        "task": {
            "list_tasks": {"taskArns": ["arn:fastapi"]},
            "describe_tasks": {"tasks": [{"stoppedReason": message, "containers": [{"exitCode": 1}]}]},
        },
    }
    found = told(**changes[where])
    assert title in found[0]
    assert at in line(found[0])


def test_no_value_of_the_account_is_told() -> None:
    found = told(
        describe_task_definition=Aws.describe_task_definition("fastapi", environment=[{"name": "X", "value": CANARY}]),
        filter_log_events={"events": [{"message": f"password authentication failed for user password={CANARY}"}]},
        describe_target_health={
            "TargetHealthDescriptions": [{"TargetHealth": {"State": "unhealthy", "Description": f"password={CANARY}"}}]
        },
    )
    assert len(found) >= 3
    assert CANARY not in " ".join(found)
