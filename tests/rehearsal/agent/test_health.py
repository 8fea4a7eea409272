"""How the results of a container's health check are counted."""

from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.agent.health import Health, HealthCheck, after, health_check

CHECK = HealthCheck(("true",), 1, 5, 3, 10)
RESULTS = st.lists(st.tuples(st.sampled_from([None, "refused"]), st.floats(0, 30)), max_size=12)


def test_the_forms_of_a_command_and_the_defaults_of_ecs() -> None:
    told = {"healthCheck": {"command": ["CMD-SHELL", "curl -f localhost"], "startPeriod": 60}}
    assert health_check(told) == HealthCheck(("/bin/sh", "-c", "curl -f localhost"), 3.0, 5.0, 3, 30.0)
    found = health_check({"healthCheck": {"command": ["CMD", "python", "-c", "x"]}})
    assert found is not None
    assert found.command == ("python", "-c", "x")
    for nothing in ({}, {"healthCheck": {"command": ["NONE"]}}, {"healthCheck": None}):
        assert health_check(nothing) is None


@given(RESULTS)
def test_a_container_is_unhealthy_after_so_many_counted_failures_in_a_row_and_never_before(
    results: list[tuple[str | None, float]],
) -> None:
    health, row, succeeded = Health(), 0, False
    for failure, age in sorted(results, key=lambda each: each[1]):
        before = health.state
        health = after(health, CHECK, failure, age)
        succeeded |= failure is None
        counted = failure is not None and not (age < CHECK.start and before == "UNKNOWN")
        row = 0 if failure is None else row + counted
        assert (health.state == "UNHEALTHY") == (row >= CHECK.retries)
        assert succeeded or health.state != "HEALTHY"
