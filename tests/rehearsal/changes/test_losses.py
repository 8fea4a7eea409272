"""What is said of a change under traffic."""

import pytest
from stage3c.rehearsal.agent.scheduler import Event
from stage3c.rehearsal.changes.losses import counted, told
from stage3c.rehearsal.changes.traffic import Loss

EVENTS = [Event(9.0, "before"), Event(12.0, "stopped"), Event(15.0, "later")]
LOSSES = [Loss(12.5, "/shop", "status is 502"), Loss(14.0, "/", "no connection")]


@pytest.mark.parametrize(("sent", "said"), [(7, "7 requests, none failed"), (0, "no request was sent")])
def test_the_good_case_is_a_number(sent: int, said: str) -> None:
    assert counted(sent) == said


@pytest.mark.parametrize(
    ("losses", "events", "said"),
    [
        (
            LOSSES,
            EVENTS,
            "x: 2 of 40 requests fail; the first, GET /shop (status is 502), 2.5 s after the start, 0.5 s after this: stopped.",
        ),
        (LOSSES[1:], [], "x: 1 of 40 requests fails; the first, GET / (no connection), 4.0 s after the start."),
    ],
)
def test_the_first_failure_has_a_moment(losses: list[Loss], events: list[Event], said: str) -> None:
    assert told("x", 10.0, 40, losses, events) == said
