"""Breaks that are none, and why: whoever reads this list should agree with every line."""

import re
from typing import Final

HARMLESS: Final[tuple[tuple[str, str], ...]] = (
    (r"(drop|change) [^ ]*\.tags(\..*)?", "a tag is a label for people and bills"),
    (r"(drop|change) [^ ]*\.description", "a description is prose"),
)
"""A pattern of `kind address.place`, and the reason."""


def reason_of(kind: str, address: str, place: tuple[str | int, ...]) -> str:
    """Why a break of this place is harmless; empty where it is not."""
    name = f"{kind} {'.'.join(str(part) for part in (address, *place))}"
    return next((reason for pattern, reason in HARMLESS if re.fullmatch(pattern, name)), "")
