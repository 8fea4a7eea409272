"""Application Auto Scaling: the tags of targets, which moto drops."""

import json
from typing import Any

from moto.applicationautoscaling.models import FakeScalableTarget
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response


def extend() -> None:
    """Keep the tags of RegisterScalableTarget, and let them be listed and changed."""
    register = Response.register_scalable_target

    def register_with_tags(response: Any) -> str:
        answer = register(response)
        tags = response._get_param("Tags")
        if tags:
            _target(response, json.loads(answer)["ScalableTargetARN"]).tags = tags
        return answer

    Response.register_scalable_target = register_with_tags  # type: ignore[method-assign,assignment] # an extension
    Response.list_tags_for_resource = _tags  # type: ignore[attr-defined] # likewise
    Response.tag_resource = _tag  # type: ignore[attr-defined] # likewise
    Response.untag_resource = _untag  # type: ignore[attr-defined] # likewise


def _target(response: Any, arn: str) -> Any:
    targets: dict[str, dict[str, FakeScalableTarget]] = response.applicationautoscaling_backend.targets
    return next((target for found in targets.values() for target in found.values() if target.arn == arn), None)


def _tags(response: Any) -> str:
    return json.dumps({"Tags": getattr(_target(response, response._get_param("ResourceARN")), "tags", {})})


def _tag(response: Any) -> str:
    target = _target(response, response._get_param("ResourceARN"))
    target.tags = {**getattr(target, "tags", {}), **response._get_param("Tags")}
    return "{}"


def _untag(response: Any) -> str:
    target, gone = _target(response, response._get_param("ResourceARN")), response._get_param("TagKeys")
    target.tags = {key: value for key, value in getattr(target, "tags", {}).items() if key not in gone}
    return "{}"
