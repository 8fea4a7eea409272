"""Which tasks the scheduler starts and takes out: limits are kept, and every service ends with what is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.agent.moves import Limits, Moves, Seen, limits, moves

NEW, OLD = Seen(is_new=True, state="ready"), Seen(is_new=False, state="ready")
STARTING, FAILED = Seen(is_new=True, state="starting"), Seen(is_new=True, state="failed")
TWO = Limits(2, 2, 4)
SEEN = st.lists(st.builds(Seen, st.booleans(), st.sampled_from(["starting", "ready", "failed"])), max_size=12)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"desiredCount": 2}, TWO),
        (
            {"desiredCount": 3, "deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 150}},
            (3, 2, 4),
        ),
        ({"desiredCount": 0}, (0, 0, 0)),
    ],
)
def test_percents_become_numbers_of_tasks(told: dict[str, object], expected: Limits | tuple[int, int, int]) -> None:
    assert limits(told) == (expected if isinstance(expected, Limits) else Limits(*expected))


@pytest.mark.parametrize(
    ("seen", "wanted", "expected"),
    [
        ([OLD, OLD], TWO, Moves(2, ())),
        ([OLD, OLD, STARTING, NEW], TWO, Moves(0, (0,))),
        ([OLD, OLD, NEW, NEW], TWO, Moves(0, (0, 1))),
        ([OLD, OLD, FAILED], TWO, Moves(2, (2,))),
        ([NEW, NEW, NEW], TWO, Moves(0, (2,))),
        ([NEW, NEW], Limits(3, 3, 6), Moves(1, ())),
        ([OLD], Limits(1, 1, 1), Moves(0, ())),
        ([OLD], Limits(1, 0, 1), Moves(0, (0,))),
    ],
    ids=["deploy", "half way", "replaced", "failed", "scale in", "scale out", "no room", "room first"],
)
def test_what_is_done_next(seen: list[Seen], wanted: Limits, expected: Moves) -> None:
    assert moves(seen, wanted) == expected


@given(SEEN, st.integers(0, 5), st.integers(0, 100), st.integers(100, 200))
def test_no_move_breaks_a_limit(seen: list[Seen], desired: int, lowest: int, most: int) -> None:
    percents = {"minimumHealthyPercent": lowest, "maximumPercent": most}
    wanted = limits({"desiredCount": desired, "deploymentConfiguration": percents})
    plan = moves(seen, wanted)
    alive = [each for each in seen if each.state != "failed"]
    ready = sum(each.state == "ready" for each in alive)
    stays = sum(each.state == "ready" for place, each in enumerate(seen) if place not in plan.leave)
    assert stays >= min(ready, wanted.lower)
    assert plan.start == 0 or len(alive) + plan.start <= wanted.upper
    assert len({*plan.leave}) == len(plan.leave)


@given(SEEN, st.integers(0, 5))
def test_a_service_whose_tasks_become_healthy_settles(seen: list[Seen], desired: int) -> None:
    wanted = limits({"desiredCount": desired})
    for _ in range(10):
        plan = moves(seen, wanted)
        seen = [each for place, each in enumerate(seen) if place not in plan.leave]
        seen = [*(Seen(each.is_new, "ready") for each in seen), *[STARTING] * plan.start]
    assert seen == [NEW] * desired
