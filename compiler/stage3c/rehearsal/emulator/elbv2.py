"""Elastic Load Balancing: health of targets as something outside has found it, instead of always healthy.

`POST /moto-api/target-health` takes `{ARN of a target group: [{id, port, state, reason, description}]}` for all groups.
Until the first such request moto answers as ever. Targets of tasks whose images a test describes are added, see `health`.
"""

import json
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, elbv2_backends
from moto.moto_api._internal import urls

from stage3c.rehearsal.emulator import health

_found: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}


def extend() -> None:
    """Take health, and give it back."""
    paths: dict[str, Any] = urls.url_paths
    paths["{0}/moto-api/target-health"] = _take
    describe = ELBv2Backend.describe_target_health

    def describe_as_found(backend: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> list[Any]:
        answer = describe(backend, target_group_arn, targets)
        tasks = [] if targets else [*health.of_tasks(backend, target_group_arn)]
        found = _found.get(target_group_arn)
        if found is None:
            return [*answer, *tasks]
        registered = backend.target_groups[target_group_arn].targets
        statuses = [_status(each, found) if each.instance_id in registered else each for each in answer]
        asked = {each.instance_id for each in answer}
        leaving = (told for (ip, _), told in found.items() if ip not in registered and told["state"] == "draining")
        return [*statuses, *(_of(told) for told in leaving if not targets or told["id"] in asked), *tasks]

    ELBv2Backend.describe_target_health = describe_as_found  # type: ignore[method-assign,assignment] # an extension


def _take(request: Any, _url: str, _headers: Any) -> Any:
    told = json.loads(request.data)
    exist = {
        arn for account in elbv2_backends.values() for backend in account.values() for arn in backend.target_groups
    }
    _found.clear()
    _found.update(
        {
            arn: {(each["id"], int(each["port"])): each for each in targets}
            for arn, targets in told.items()
            if arn in exist
        }
    )
    return 200, {}, ""


def _status(status: FakeHealthStatus, found: dict[tuple[str, int], dict[str, Any]]) -> FakeHealthStatus:
    told = found.get((status.instance_id, int(status.port)))
    if told is not None:
        return _of(told)
    registering = ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
    return FakeHealthStatus(status.instance_id, status.port, status.health_check_port, *registering)


def _of(told: dict[str, Any]) -> FakeHealthStatus:
    reason = (told["reason"] or None, told["description"] or None)
    return FakeHealthStatus(told["id"], told["port"], str(told["port"]), told["state"], *reason)
