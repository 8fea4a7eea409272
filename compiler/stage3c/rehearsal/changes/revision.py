"""A revision of a task definition that starts and never becomes healthy. Pure."""

from collections.abc import Mapping
from typing import Any, Final

_KEPT: Final = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "volumes",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
    "ephemeralStorage",
)
_NOTHING: Final = {"entryPoint": ["sleep"], "command": ["3600"]}
_SOON: Final = {"interval": 5, "retries": 2, "startPeriod": 0}
"""The shortest interval of ECS: the failure is to be seen, not waited for."""


def without_service(definition: Mapping[str, Any], container: str) -> dict[str, Any]:
    """What registers a definition, as ECS describes it, again, with a container that waits instead of serving its port."""
    made = {name: definition[name] for name in _KEPT if definition.get(name)}
    containers = [_idle(each) if each["name"] == container else each for each in definition["containerDefinitions"]]
    return {**made, "containerDefinitions": containers}


def _idle(container: Mapping[str, Any]) -> dict[str, Any]:
    check = container.get("healthCheck")
    return {**container, **_NOTHING, **({"healthCheck": {**check, **_SOON}} if check else {})}
