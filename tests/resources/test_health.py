"""How patient a target group is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.language.model.service import ReadyCheck
from stage3c.resources.health import (
    FAILOVER_MAX_SECONDS,
    THRESHOLD_MAX,
    patient_threshold,
    tolerated_seconds,
    unhealthy_threshold,
)

from tests.resources.stacks import attributes, compiled


@given(st.integers(5, 300))
def test_a_check_of_a_database_outlasts_a_failover_with_the_fewest_checks(interval: int) -> None:
    ready = ReadyCheck(touches=["main"], interval_seconds=interval)
    threshold = unhealthy_threshold(ready)
    assert 3 <= threshold <= THRESHOLD_MAX
    assert tolerated_seconds(ready) > FAILOVER_MAX_SECONDS or threshold == THRESHOLD_MAX
    fewer = ReadyCheck(touches=["main"], interval_seconds=interval, unhealthy_threshold=threshold - 1)
    assert threshold == 3 or tolerated_seconds(fewer) <= FAILOVER_MAX_SECONDS + 9


@pytest.mark.parametrize(("interval", "threshold"), [(5, 10), (14, 10), (15, 10), (30, 6), (60, 4), (300, 3)])
def test_examples(interval: int, threshold: int) -> None:
    assert patient_threshold(interval) == threshold


def test_what_is_given_stays_and_what_touches_no_database_is_found_soon() -> None:
    def threshold(ready: str, service: str) -> object:
        check = attributes(
            compiled(f"services: {{{service}: {{health: {{ready: {ready}}}}}}}"), f"aws_lb_target_group.{service}"
        )
        health: object = check["health_check"][0]["unhealthy_threshold"]  # type: ignore[index,call-overload]
        return health

    assert threshold("/ready", "web") == 3
    assert threshold("{path: /ready, touches: [orders]}", "api") == 10
    assert threshold("{path: /ready, touches: [orders], unhealthy_threshold: 4}", "api") == 4
