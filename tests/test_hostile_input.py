"""A few of the inputs of `python -m tests.hostile`, and that it tells what fails."""

import random
from collections.abc import Callable

import pytest
from stage3c.diagnostics import Diagnostic

from tests import hostile
from tests.hostile import a_folder, a_plan, a_spec, broken_text, run


@pytest.mark.parametrize(("judge", "count"), [(a_spec, 20), (a_folder, 6), (a_plan, 20)])
def test_broken_input_is_judged(judge: Callable[[random.Random], list[Diagnostic]], count: int) -> None:
    tally = run(judge, range(count), "quick")
    assert tally.failed == []
    assert tally.count == count
    assert len(tally.codes) > 1


def test_what_raises_or_is_slow_is_told_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(source: random.Random) -> list[Diagnostic]:
        del source
        raise KeyError("x")

    assert "number 7: Traceback" in run(fails, range(7, 8), "s").failed[0]
    monkeypatch.setattr(hostile, "SECONDS_MAX", -1.0)
    assert run(lambda _: [], range(1), "s").failed[0].endswith(" s")


def test_a_number_makes_the_same_input_again_and_breaks_it() -> None:
    def made_of(number: int) -> str:
        return broken_text("a: 1\nb: 2\nc: 3", random.Random(number))  # noqa: S311 - no secret

    made = [made_of(number) for number in range(50)]
    assert made == [made_of(number) for number in range(50)]
    assert sum(text != "a: 1\nb: 2\nc: 3" for text in made) > 40
