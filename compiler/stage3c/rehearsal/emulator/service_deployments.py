"""The deployments of a service that ECS remembers, each with the revision of the service that it was to bring.

A rollback by the circuit breaker is a part of the deployment that failed, not one of its own:
its statuses say so, https://boto3.amazonaws.com/v1/documentation/api/1.40.0/reference/services/ecs/client/list_service_deployments.html
(2026-11-28).
"""

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.responses import EC2ContainerServiceResponse as Response

_STATUS = {"COMPLETED": "SUCCESSFUL", "IN_PROGRESS": "IN_PROGRESS"}
_FAILED = ("STOPPED", "ROLLBACK_SUCCESSFUL")


def extend() -> None:
    """Answer `ListServiceDeployments` and `DescribeServiceRevisions`, which moto does not know."""
    Response.list_service_deployments = _deployments  # type: ignore[attr-defined] # an extension
    Response.describe_service_revisions = _revisions  # type: ignore[attr-defined] # likewise


def remember(service: Any, deployment: dict[str, Any]) -> None:
    """Add a new deployment to what is remembered."""
    service.history = [deployment, *_history(service)]


def _history(service: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = getattr(service, "history", [])
    return found


def _deployments(response: Any) -> ActionResult:
    cluster, name = response._get_param("cluster", "default"), response._get_param("service")
    service = response.ecs_backend._get_service(cluster, name.split("/")[-1])
    wanted = response._get_param("status") or ()
    told = [_told(service, each) for each in _history(service)]
    return ActionResult({"serviceDeployments": [each for each in told if not wanted or each["status"] in wanted]})


def _told(service: Any, deployment: Mapping[str, Any]) -> dict[str, Any]:
    breaker = (getattr(service, "deployment_configuration", None) or {}).get("deploymentCircuitBreaker") or {}
    state = str(deployment["rolloutState"])
    return {
        "serviceDeploymentArn": _arn(service, deployment, "service-deployment"),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": deployment["createdAt"],
        "startedAt": deployment["createdAt"],
        **({} if state == "IN_PROGRESS" else {"finishedAt": deployment["updatedAt"]}),
        "targetServiceRevisionArn": _arn(service, deployment, "service-revision"),
        "status": _STATUS.get(state) or _FAILED[bool(breaker.get("rollback"))],
        "statusReason": deployment["rolloutStateReason"],
    }


def _revisions(response: Any) -> ActionResult:
    backend: Backend = response.ecs_backend
    asked = response._get_param("serviceRevisionArns")
    known = {
        _arn(service, each, "service-revision"): (service, each)
        for service in backend.services.values()
        for each in _history(service)
    }
    found = [
        {
            "serviceRevisionArn": arn,
            "serviceArn": known[arn][0].arn,
            "clusterArn": known[arn][0].cluster_arn,
            "taskDefinition": known[arn][1]["taskDefinition"],
            "createdAt": known[arn][1]["createdAt"],
        }
        for arn in asked
        if arn in known
    ]
    missing = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in known]
    return ActionResult({"serviceRevisions": found, "failures": missing})


def _arn(service: Any, deployment: Mapping[str, Any], kind: str) -> str:
    """Shape: arn:aws:ecs:us-east-1:123456789012:service-revision/shop/shop-web/4980306466373577095."""
    return f"{service.arn.replace(':service/', f':{kind}/')}/{deployment['id'].rpartition('/')[2]}"
