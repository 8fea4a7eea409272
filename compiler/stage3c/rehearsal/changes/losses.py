"""What is said of a change under traffic: how many requests were sent, and which failed, and when. Pure."""

from collections.abc import Sequence

from stage3c.rehearsal.agent.scheduler import Event
from stage3c.rehearsal.changes.traffic import Loss


def counted(sent: int) -> str:
    """The good case."""
    return f"{sent} requests, none failed" if sent else "no request was sent"


def told(what: str, began: float, sent: int, losses: Sequence[Loss], events: Sequence[Event]) -> str:
    """A sentence with the first failure, its moment, and what happened to the tasks right before it."""
    first = losses[0]
    share = f"{what}: {len(losses)} of {sent} requests {'fails' if len(losses) == 1 else 'fail'}"
    moment = f"the first, GET {first.name} ({first.fault}), {max(first.at - began, 0):.1f} s after the start"
    before = [each for each in events if began <= each.at <= first.at]
    after = f", {first.at - before[-1].at:.1f} s after this: {before[-1].text}" if before else ""
    return f"{share}; {moment}{after}."
