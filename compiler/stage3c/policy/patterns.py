"""Texts with holes against patterns: whether they match, cannot match, or may, when the holes are filled.

A hole is a part of an ARN that nobody knows before apply. It is written as `«what it is»`; the same hole is always the same
text, and those of two resources never are.
"""

import re
from functools import lru_cache
from typing import Final

from stage3c.views.arns import ACCOUNT

_LENGTH_MAX: Final = 4096  # an ARN has at most 2048 characters
_STEPS_MAX: Final = 500_000
_HOLE: Final = re.compile("«[^»]*»")
_NUMBER: Final = re.compile("[0-9]{12}")
_ANY_ACCOUNT: Final = "000000000000"
_STAR: Final = "(?:«[^»]*»|[^«»])*"
_PIECE: Final = re.compile(r"«[^»]*»|.", re.DOTALL)


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str, *, fold: bool = False) -> bool | None:
    """Tell whether a pattern with `*` and `?` matches a text; None where it depends on what is in the holes.

    `fold`: without regard to case, as for actions. Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (2026-11-24).
    """
    if max(len(pattern), len(text)) > _LENGTH_MAX:
        return None
    if fold:
        pattern, text = pattern.lower(), text.lower()
    if text == "*" and pattern.startswith("arn:"):
        return False  # the action takes no resource, so a statement that names one does not allow it
    pattern, text = _with_one_account(pattern, text)
    if _regex(pattern).fullmatch(text):
        return True
    own, others = set(_HOLE.findall(pattern)), set(_HOLE.findall(text))
    if not own and not others:
        return False
    if _identities(own) - others and _identities(others) - own:
        return False
    one, other = _loose(pattern), _loose(text)
    return None if len(one) * len(other) > _STEPS_MAX or _may_meet(one, other) else False


def _with_one_account(pattern: str, text: str) -> tuple[str, str]:
    """The account that both name, filled in; not where one of them also has a number that may be that account."""
    if ACCOUNT not in pattern or ACCOUNT not in text or _NUMBER.search(pattern + text):
        return pattern, text
    return pattern.replace(ACCOUNT, _ANY_ACCOUNT), text.replace(ACCOUNT, _ANY_ACCOUNT)


def _identities(holes: set[str]) -> set[str]:
    """The holes that stand for a resource of the graph: `«aws_kms_key.main»`; what is looked up may be any of them."""
    return {hole for hole in holes if "." in hole and not hole.startswith("«data.")}


@lru_cache(maxsize=8192)
def _regex(pattern: str) -> re.Pattern[str]:
    """`*` and `?` as AWS reads them; each star but the last is content with the first place that fits, so nothing takes for ever.

    A star takes a hole as a whole, and a question mark none, since nobody knows how long it is.
    """
    first, *others = (
        "".join("[^«»]" if piece == "?" else re.escape(piece) for piece in part) for part in re.split(r"\*+", pattern)
    )
    middle = "".join(f"(?>{_STAR}?{part})" for part in others[:-1])
    return re.compile(f"{first}{middle}{_STAR}{others[-1]}" if others else first, re.DOTALL)


def _loose(text: str) -> tuple[str, ...]:
    """A text as single characters, stars and holes."""
    return tuple(_PIECE.findall(text))


def _may_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two patterns have a text in common, for some content of the holes; only a whole ARN has colons in it."""
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        here, there = at
        if here == len(one) and there == len(other):
            return True
        left = one[here] if here < len(one) else ""
        right = other[there] if there < len(other) else ""
        if _is_open(left):
            waiting.append((here + 1, there))
        if _is_open(right):
            waiting.append((here, there + 1))
        if left and right:
            waiting += _steps(left, right, here, there)
    return False


def _steps(left: str, right: str, here: int, there: int) -> list[tuple[int, int]]:
    """Where one may be after a piece of both: an open piece stays, since it may take more."""
    found = []
    if _is_open(left) and _takes(left, right):
        found.append((here, there + 1))
    if _is_open(right) and _takes(right, left):
        found.append((here + 1, there))
    if not _is_open(left) and not _is_open(right) and (left == right or "?" in (left, right)):
        found.append((here + 1, there + 1))
    return found


def _is_open(piece: str) -> bool:
    return piece == "*" or len(piece) > 1


def _takes(open_piece: str, piece: str) -> bool:
    return open_piece == "*" or piece != ":" or open_piece.endswith("arn»")
