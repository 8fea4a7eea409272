"""The steps of a rehearsal, run in order until one fails; each is a row of the final table."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import LiveError
from stage3c.rehearsal.failure import Failed, LeftOut

Outcome = Literal["ok", "failed", "skipped"]


class Step(Struct, frozen=True):
    """One step: what it is called, and what it does; it returns notes, and raises `Failed` or `LeftOut`."""

    name: str
    title: str
    do: Callable[[], list[str]]


class Row(Struct, frozen=True):
    """One step that was run or skipped."""

    name: str
    title: str
    outcome: Outcome
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""


def run(steps: Iterable[Step], until: str, starting: Callable[[Step], None]) -> Iterator[Row]:
    """Run the steps up to `until` and give each row as soon as it is known; after a failure the rest is skipped."""
    over = False
    for step in steps:
        if over:
            yield Row(step.name, step.title, "skipped")
            continue
        starting(step)
        row = _row(step)
        yield row
        over = row.outcome == "failed" or step.name == until


def _row(step: Step) -> Row:
    began = time.monotonic()
    try:
        notes = step.do()
    except LeftOut as reason:
        return Row(step.name, step.title, "skipped", notes=(str(reason),))
    except (Failed, LiveError) as failed:
        cause, fix = failed.cause, failed.fix
    except Unanswered as silence:
        cause, fix = f"the emulated AWS account does not answer: {silence}.", "read emulator.log, and rehearse again."
    else:
        return Row(step.name, step.title, "ok", time.monotonic() - began, tuple(notes))
    return Row(step.name, step.title, "failed", time.monotonic() - began, cause=cause, fix=fix)
