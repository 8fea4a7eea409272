"""Secrets Manager's event of a moved label, EventBridge's way to Step Functions, and the one call that our state machine makes.

What AWS does by itself and moto does not: it keeps rules, targets and definitions, and nothing follows from them.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.ecs.models import ecs_backends
from moto.events.models import events_backends
from moto.secretsmanager.models import FakeSecret
from moto.stepfunctions.models import stepfunctions_backends
from moto.stepfunctions.responses import StepFunctionResponse

_UPDATE_SERVICE = ":states:::aws-sdk:ecs:updateService"


def extend() -> None:
    """Send the event whenever a version of a secret becomes the current one."""
    reset = FakeSecret.reset_default_version

    def reset_and_tell(secret: Any, secret_version: dict[str, Any], version_id: str) -> None:
        reset(secret, secret_version, version_id)
        _deliver(secret, version_id)

    StepFunctionResponse.validate_state_machine_definition = _validated  # type: ignore[attr-defined] # likewise
    StepFunctionResponse.list_state_machine_versions = _versions  # type: ignore[attr-defined] # likewise
    FakeSecret.reset_default_version = reset_and_tell  # type: ignore[method-assign,assignment] # an extension


def _validated(response: Any) -> str:
    definition = json.loads(response._get_param("definition"))
    ok = definition["StartAt"] in definition["States"]
    return json.dumps({"result": "OK" if ok else "FAIL", "diagnostics": []})


def _versions(_response: Any) -> str:
    return json.dumps({"stateMachineVersions": []})


def _deliver(secret: Any, version: str) -> None:
    """The event has the form that AWS documents, like the other constants here.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
    (2026-11-28)
    """
    account, region = secret.account_id, secret.region
    event: Any = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Secret Label Updated",
        "source": "aws.secretsmanager",
        "account": account,
        "time": datetime.now(UTC).isoformat(),
        "region": region,
        "resources": [secret.arn],
        "detail": {"name": secret.name, "labelUpdated": "AWSCURRENT", "versionId": version},
    }
    for rule in events_backends[account][region].event_buses["default"].rules.values():
        if rule.state == "ENABLED" and rule.event_pattern.matches_event(event):
            for target in rule.targets:
                if ":stateMachine:" in target["Arn"]:
                    _execute(account, region, target["Arn"], json.loads(target.get("Input") or json.dumps(event)))


def _execute(account: str, region: str, arn: str, given: dict[str, Any]) -> None:
    definition = json.loads(stepfunctions_backends[account][region].describe_state_machine(arn).definition)
    state = definition["States"][definition["StartAt"]]
    assert state["Type"] == "Task"
    assert state["Resource"].endswith(_UPDATE_SERVICE)
    assert state["End"]
    told = {key.removesuffix(".$"): _resolved(key, value, given) for key, value in state["Parameters"].items()}
    ecs_backends[account][region].update_service(
        {"cluster": told["Cluster"], "service": told["Service"], "force_new_deployment": told["ForceNewDeployment"]}
    )


def _resolved(key: str, value: Any, given: dict[str, Any]) -> Any:
    return given[value.removeprefix("$.")] if key.endswith(".$") else value
