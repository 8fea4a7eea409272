"""New deployments of services whose injected secrets change: an EventBridge rule each, and one state machine for all.

Tasks receive a secret once, when they start. A rule cannot call ECS by itself, so its target is a state machine that does.
There is a gap: between the rotation and the first healthy new task, new connections with the old password fail.
"""

from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.contract import secret_names
from stage3c.resources.naming import named, partition, trust
from stage3c.resources.secrets import secret_of

_MACHINE = Ref("aws_sfn_state_machine.redeploy", "arn")
_START = ("aws_iam_role.redeploy_start", "aws_iam_role_policy.redeploy_start")


def rotation(stack: Stack) -> Iterator[Resource]:
    """The rules of the services that ask for it, and what they start."""
    watched = [
        name
        for name, service in stack.services.items()
        if service.redeploy_on_rotation and secret_names(stack, name, by_arn=False)
    ]
    if not watched:
        return
    origin = Origin(("services", watched[0], "redeploy_on_rotation"))
    yield from _role(stack, "redeploy", "states", [_update(watched)], origin)
    yield from _role(
        stack, "redeploy_start", "events", [_allow("StartRedeployment", "states:StartExecution", [_MACHINE])], origin
    )
    machine: dict[str, Value] = {
        "name": named(stack, "aws_sfn_state_machine.name", "redeploy"),
        "role_arn": Ref("aws_iam_role.redeploy", "arn"),
        "definition": Json(_definition(stack)),
    }
    waits = ("aws_iam_role_policy.redeploy",)
    yield Resource("aws_sfn_state_machine", "redeploy", machine, origin, depends_on=waits)
    for name in watched:
        yield from _rule(stack, name)


def _rule(stack: Stack, name: str) -> Iterator[Resource]:
    """The event of a moved AWSCURRENT label comes without CloudTrail; RotationSucceeded does not.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
    (2026-11-28)
    """
    service, origin = stack.services[name], Origin(("services", name, "redeploy_on_rotation"))
    pattern: dict[str, Value] = {
        "source": ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        "resources": [secret_of(stack, secret).arn for secret in secret_names(stack, name, by_arn=False)],
        "detail": {"labelUpdated": ["AWSCURRENT"]},
    }
    rule: dict[str, Value] = {
        "name": named(stack, "aws_cloudwatch_event_rule.name", service.formerly or name, "secrets"),
        "description": f"Redeploys {service.formerly or name} when a secret that its tasks were started with changes",
        "event_pattern": Json(pattern),
    }
    yield Resource("aws_cloudwatch_event_rule", f"{name}_secrets", rule, origin)
    asked: dict[str, Value] = {
        "cluster": Ref("aws_ecs_cluster.main", "name"),
        "service": Ref(f"aws_ecs_service.{name}", "name"),
    }
    target: dict[str, Value] = {
        "rule": Ref(f"aws_cloudwatch_event_rule.{name}_secrets", "name"),
        "target_id": "redeploy",
        "arn": _MACHINE,
        "role_arn": Ref(_START[0], "arn"),
        "input": Json(asked),
    }
    yield Resource("aws_cloudwatch_event_target", f"{name}_secrets", target, origin, depends_on=_START[1:])


def _definition(stack: Stack) -> dict[str, Value]:
    """One call of UpdateService.

    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html (2026-11-28)
    """
    retry: dict[str, Value] = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxAttempts": 6, "BackoffRate": 2}
    redeploy: dict[str, Value] = {
        "Type": "Task",
        "Resource": f"arn:{partition(stack)}:states:::aws-sdk:ecs:updateService",
        "Parameters": {"Cluster.$": "$.cluster", "Service.$": "$.service", "ForceNewDeployment": True},
        "ResultPath": None,
        "Retry": [retry],
        "End": True,
    }
    return {
        "Comment": "Starts new tasks, which read their secrets again",
        "StartAt": "Redeploy",
        "States": {"Redeploy": redeploy},
    }


def _update(watched: list[str]) -> dict[str, Value]:
    """A service's ARN has the names of cluster and service; the attribute `id` of the provider is that ARN."""
    return _allow("Redeploy", "ecs:UpdateService", [Ref(f"aws_ecs_service.{name}", "id") for name in watched])


def _allow(sid: str, action: str, resources: list[Value]) -> dict[str, Value]:
    return {"Sid": sid, "Effect": "Allow", "Action": [action], "Resource": resources}


def _role(stack: Stack, name: str, service: str, statements: list[Value], origin: Origin) -> Iterator[Resource]:
    role: dict[str, Value] = {
        "name": named(stack, "aws_iam_role.name", *name.split("_"), stack.region),
        "assume_role_policy": Json(trust(stack, f"{service}.amazonaws.com", service)),
    }
    yield Resource("aws_iam_role", name, role, origin)
    policy: dict[str, Value] = {
        "name": "redeploy",
        "role": Ref(f"aws_iam_role.{name}"),
        "policy": Json({"Version": "2012-10-17", "Statement": statements}),
    }
    yield Resource("aws_iam_role_policy", name, policy, origin)
