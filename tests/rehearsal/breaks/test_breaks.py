"""Three breaks of the table, one of each kind; `python -m tests.rehearsal.breaks` goes through all of them."""

from pathlib import Path

import pytest

from tests import terraform
from tests.rehearsal.breaks.__main__ import TABLE, broken, chosen
from tests.rehearsal.breaks.kept import kept

CHOSEN = (
    "execution role may not read the secret",
    "health check with another matcher",
    "private subnets without their route table",
)


def test_each_break_is_named_once_and_the_incidents_of_the_report_are_among_them() -> None:
    assert len({each.what for each in TABLE}) == len(TABLE)
    sources = {each.incident for each in TABLE}
    assert sources >= set("12345678")
    assert len({each for each in sources if each.startswith("inc")}) >= 20
    assert {each.what for each in TABLE} >= set(CHOSEN)
    assert [each.incident for each in chosen(["inc075", "two roles"])] == ["inc031", "inc075"]


@pytest.mark.slow
def test_three_breaks_are_explained_and_nothing_is_wrong_without_them(tmp_path: Path) -> None:
    terraform.needs_terraform()
    with kept(tmp_path) as stack:
        assert stack.judged() == ""
        for each in TABLE:
            if each.what in CHOSEN:
                assert each.expected in broken(stack, each)
        assert stack.judged() == ""
