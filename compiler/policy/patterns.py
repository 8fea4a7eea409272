"""Texts with holes against patterns: whether they match, cannot match, or may, when the holes are filled.

A hole is a part of an ARN that nobody knows before apply. It is written as `«what it is»`; the same hole is always the same
text, and those of two resources never are.
"""

import re
from functools import lru_cache
from typing import Final

_HOLE: Final = re.compile("«[^»]*»")
_PIECE: Final = re.compile(r"«[^»]*»|.", re.DOTALL)
_ANYTHING: Final = "*"


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str, *, fold: bool = False) -> bool | None:
    """Tell whether a pattern with `*` and `?` matches a text; None where it depends on what is in the holes.

    `fold`: without regard to case, as for actions. Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (2026-11-24).
    """
    if fold:
        pattern, text = pattern.lower(), text.lower()
    if _regex(pattern).fullmatch(text):
        return True
    own, others = set(_HOLE.findall(pattern)), set(_HOLE.findall(text))
    if not own and not others:
        return False
    if _identities(own) - others and _identities(others) - own:
        return False
    return None if _may_meet(_loose(pattern), _loose(text)) else False


def _identities(holes: set[str]) -> set[str]:
    """The holes that stand for a resource of the graph: `«aws_kms_key.main»`."""
    return {hole for hole in holes if "." in hole}


@lru_cache(maxsize=8192)
def _regex(pattern: str) -> re.Pattern[str]:
    """`*` and `?` as AWS reads them; runs of stars are one, so that no pattern takes for ever."""
    pieces = re.sub(r"\*+", "*", pattern)
    written = (".*" if piece == "*" else "." if piece == "?" else re.escape(piece) for piece in pieces)
    return re.compile("".join(written), re.DOTALL)


def _loose(text: str) -> tuple[str, ...]:
    """A text as single characters, with `*` for a hole and for a star."""
    return tuple(_ANYTHING if piece == "*" or len(piece) > 1 else piece for piece in _PIECE.findall(text))


def _may_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two patterns have a text in common."""
    reachable = {0}
    reachable |= set(range(1, _leading_stars(other) + 1))
    for piece in one:
        reachable = _advance(reachable, piece, other)
        if not reachable:
            return False
    return len(other) in reachable


def _leading_stars(pieces: tuple[str, ...]) -> int:
    return next((number for number, piece in enumerate(pieces) if piece != _ANYTHING), len(pieces))


def _advance(reachable: set[int], piece: str, other: tuple[str, ...]) -> set[int]:
    """Where in the other pattern one may be after one more piece of this one."""
    found: set[int] = set()
    if piece == _ANYTHING:
        return set(range(min(reachable), len(other) + 1))
    for position in reachable:
        if position < len(other):
            wanted = other[position]
            if wanted == _ANYTHING:
                found.add(position)
            if wanted in (_ANYTHING, "?") or piece in ("?", wanted):
                found.add(position + 1)
    for position in sorted(found):
        following = position
        while following < len(other) and other[following] == _ANYTHING:
            following += 1
            found.add(following)
    return found
