"""The revision that starts and never becomes healthy."""

from typing import Any

from stage3c.rehearsal.changes.revision import without_service

PROBE = {"command": ["CMD", "probe"], "interval": 30, "retries": 3, "timeout": 5, "startPeriod": 60}
TOLD: dict[str, Any] = {
    "taskDefinitionArn": "arn:1",
    "revision": 1,
    "status": "ACTIVE",
    "family": "shop-api",
    "cpu": "256",
    "volumes": [],
    "containerDefinitions": [
        {"name": "api", "image": "api:1", "command": ["serve"], "healthCheck": PROBE},
        {"name": "side", "image": "side:1", "command": ["follow"]},
    ],
}


def test_only_the_container_behind_the_load_balancer_does_nothing() -> None:
    made = without_service(TOLD, "api")
    assert made.keys() == {"family", "cpu", "containerDefinitions"}
    api, side = made["containerDefinitions"]
    assert side == TOLD["containerDefinitions"][1]
    assert (api["entryPoint"], api["command"], api["image"]) == (["sleep"], ["3600"], "api:1")
    assert (api["healthCheck"]["command"], api["healthCheck"]["startPeriod"]) == (PROBE["command"], 0)


def test_a_container_without_a_health_check_gets_none() -> None:
    assert "healthCheck" not in without_service(TOLD, "side")["containerDefinitions"][1]
