"""The start of one task, as ECS does it: every permission of the execution role, every secret, then the variables. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from stage3c.policy.evaluator import Request, decide
from stage3c.policy.needs import PULL
from stage3c.rehearsal.agent.secret_references import Reference, parsed
from stage3c.rehearsal.agent.stopped import Stopped, denied, no_key, no_log_group, no_secret, not_json
from stage3c.resources.repositories import private_image
from stage3c.views.statements import Statement


class Surroundings(Struct, frozen=True):
    """What the agent asks: the role's name and statements, the value of a secret or None, whether a log group exists."""

    role: str
    statements: Sequence[Statement]
    partition: str
    account: str
    secret: Callable[[Reference], str | None]
    has_log_group: Callable[[str], bool]


def variables(container: Mapping[str, Any], around: Surroundings) -> dict[str, str]:
    """The environment that ECS gives a container; raises `Stopped` where ECS would not start it."""
    for action, resource in _of_image(str(container["image"]), around.partition):
        _require(around, action, resource)
    made = {each["name"]: str(each["value"]) for each in container.get("environment", ())}
    for secret in container.get("secrets", ()):
        made[secret["name"]] = _injected(secret["name"], secret["valueFrom"], around)
    logging = container.get("logConfiguration") or {}
    if logging.get("logDriver") == "awslogs":
        _check_logs(logging["options"], around)
    return made


def _of_image(image: str, partition: str) -> Iterator[tuple[str, str]]:
    place = private_image(image)
    if place is not None:
        yield "ecr:GetAuthorizationToken", "*"
        for action in PULL:
            yield action, f"arn:{partition}:ecr:{place.region}:{place.account}:repository/{place.repository}"


def _injected(name: str, value_from: str, around: Surroundings) -> str:
    reference = parsed(value_from)
    if reference is None:
        raise Stopped(
            f"ResourceInitializationError: {name} has a valueFrom that is not a secret of Secrets Manager",
            f"variable {name} is taken from Systems Manager or an invalid ARN, which a rehearsal does not resolve",
        )
    _require(around, "secretsmanager:GetSecretValue", reference.arn)
    value = around.secret(reference)
    if value is None:
        raise no_secret(reference.arn)
    return _member(name, reference, value) if reference.key else value


def _member(name: str, reference: Reference, value: str) -> str:
    try:
        members = json.loads(value)
    except json.JSONDecodeError:
        raise not_json(name, reference.arn, reference.key) from None
    if not isinstance(members, dict) or reference.key not in members:
        raise no_key(name, reference.arn, reference.key)
    found = members[reference.key]
    return found if isinstance(found, str) else json.dumps(found)


def _check_logs(options: Mapping[str, str], around: Surroundings) -> None:
    group, region = options["awslogs-group"], options["awslogs-region"]
    arn = f"arn:{around.partition}:logs:{region}:{around.account}:log-group:{group}:log-stream:task"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        _require(around, action, arn)
    if not around.has_log_group(group):
        raise no_log_group(group)


def _require(around: Surroundings, action: str, resource: str) -> None:
    """Only what is certainly refused stops a task: a condition that is not known may hold."""
    if decide(Request(action, resource), around.statements).allowed is False:
        raise denied(around.role, action, resource)
