"""What is known of the failure at the end of a container's log. Pure."""

from collections.abc import Iterable
from typing import Final

from stage3c.delivery.known_failures import likeliest

LINES_MAX: Final = 60
"""As many lines as a traceback of a web framework has."""


def known(lines: Iterable[str]) -> str:
    """The cause of the most specific known failure as a sentence after a blank; empty if none is known."""
    found = likeliest("\n".join(lines))
    return f" Cause: {found.failure.cause}" if found else ""
