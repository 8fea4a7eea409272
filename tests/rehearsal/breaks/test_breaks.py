"""Three breaks of the table, one of each kind; `python -m tests.rehearsal.breaks` goes through all of them."""

from pathlib import Path

import pytest

from tests import terraform
from tests.rehearsal.breaks.__main__ import broken
from tests.rehearsal.breaks.kept import kept
from tests.rehearsal.breaks.table import TABLE

CHOSEN = (
    "execution role may not read the secret",
    "health check with another matcher",
    "record of a load balancer that is gone",
)


def test_each_break_is_named_once_and_the_incidents_of_the_report_are_among_them() -> None:
    assert len({each.what for each in TABLE}) == len(TABLE)
    assert {each.incident for each in TABLE} >= {"4", "5", "7", "8"}
    assert {each.what for each in TABLE} >= set(CHOSEN)


@pytest.mark.slow
def test_three_breaks_are_explained_and_nothing_is_wrong_without_them(tmp_path: Path) -> None:
    terraform.needs_terraform()
    with kept(tmp_path) as stack:
        assert stack.judged() == ""
        for each in TABLE:
            if each.what in CHOSEN:
                assert each.expected in broken(stack, each)
        assert stack.judged() == ""
