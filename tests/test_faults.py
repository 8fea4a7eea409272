"""What is recommended in place of a wrong value is a value that the language accepts."""

import re

from hypothesis import given
from hypothesis import strategies as st
from stage3c.diagnostics import format_path
from stage3c.language.faults import mended_name
from stage3c.language.model.base import IDENTIFIER, VARIABLE

from tests.rules.overlaid import shape_faults


@given(st.text())
def test_a_mended_name_is_a_name(text: str) -> None:
    for pattern in (IDENTIFIER, VARIABLE):
        assert re.fullmatch(pattern, mended_name(text, pattern))


def test_bounds_are_told_in_words_with_a_line_to_write() -> None:
    overlay = (
        "services: {web: {port: 70000, stop_timeout_seconds: 1, tag: ''}}\nignore: [{rule: X, path: y, reason: ''}]"
    )
    told = {format_path(fault.path): (fault.cause, fault.fix) for fault in shape_faults(overlay)}
    assert told["services.web.port"] == (
        "services.web.port is 70000; the maximum is 65535.",
        "write `port: 65535` or less.",
    )
    assert told["services.web.stop_timeout_seconds"][1] == "write `stop_timeout_seconds: 2` or more."
    assert told["ignore[0].reason"][0] == 'ignore[0].reason is ""; at least 1 character is required.'
    assert all("^" not in cause + fix for cause, fix in told.values()), "a pattern is no help"
