"""Messages of AWS, Terraform and PostgreSQL whose cause is known: finds them in a log and says what helps.

The table is data (`aws/facts/known_failures.json`); here is only the matching. Time is linear in the log: a pattern is literal
text with bounded gaps, white space and the frames of Terraform's messages do not count, and a long log is read from its end.
Does no I/O.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Final, TypeAlias

from msgspec import Struct

from stage3c.aws import facts
from stage3c.disclosure import masked

LOG_MAX_CHARS: Final = 4 * 2**20
_GAP_MAX_CHARS: Final = 400
_TRIES_MAX: Final = 1000
_MESSAGE_MAX_LINES: Final = 200
_TAKEN_MAX: Final = 100
_QUOTE_MAX_CHARS: Final = 300
_LINE_MAX_CHARS: Final = 20_000
_MARK_CHARS: Final = 20
_BEFORE_CHARS: Final = 100
CLASS: Final = 2
"""Rows from here on tell of a class of messages rather than of a failure."""
_SIGNS: Final = ("error", "exception", "fail", "fatal", "denied", "traceback", "panic", "critical", "unable", "cannot")
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,20}m")
_FRAME: Final = " \t│╷╵"
_NOT_TEXT: Final = re.compile(r"[\s│╷╵\x00-\x1f]+")
_CODE: Final = re.compile(r"\(?[A-Za-z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+[:)]?")


class KnownFailure(Struct, frozen=True):
    """One row of the table."""

    key: str
    area: str
    patterns: tuple[tuple[str, ...], ...]
    """Alternatives; each is the pieces of literal text that follow each other, folded."""
    title: str
    cause: str
    look_at: str
    """A spec path with `*` for a key: `services.*.health.ready`; empty if the spec does not decide it."""
    fix: str
    rules: tuple[str, ...]
    source: str
    read_on: str
    incident: str = ""
    general: int = 0
    """0: says why. 1: says that something failed, told only where nothing else in the message is known. 2: a class of
    messages by a sentence, 3: by a code alone; each told only where no lower row is known."""


class Explanation(Struct, frozen=True):
    """A known failure in a log."""

    failure: KnownFailure
    line: int
    quote: str
    """The line of the log, without secrets."""
    block: str
    """The folded text of the whole message, in which names of resources may stand."""


@cache
def known_failures() -> tuple[KnownFailure, ...]:
    """The table, in its order."""
    return tuple(_row(row) for row in facts.load("known_failures")["failures"])


def explain(log: str) -> list[Explanation]:
    """The known failures of a log in their order, each once; of one message, the most specific."""
    lines = log[-LOG_MAX_CHARS:].splitlines()
    folded = [fold(_COLOUR.sub("", line)) for line in lines]
    places = [0, *accumulate(map(len, folded))]
    starts = list(_message_starts(lines))
    bounds = [*(places[start] for start in starts), places[-1]]
    text = "".join(folded)
    words = "".join(_COLOUR.sub("", line).strip(_FRAME).lower() for line in lines)
    found: dict[str, Explanation] = {}
    for number, hits in sorted(_hits(text, words, bounds).items()):
        for failure, place in _best(hits):
            line = bisect_right(places, place) - 1
            quote = _quote(_COLOUR.sub("", lines[line]), place - places[line])
            message = text[bounds[number] : bounds[number + 1]]
            found.setdefault(failure.key, Explanation(failure, line + 1, quote, message))
    return list(_without_classes(list(found.values())))


@cache
def _codes() -> dict[str, frozenset[str]]:
    """By row, the folded pieces that are codes: `InvalidOrigin` is not the sentence "invalid origin", unless the row has both."""
    found = {}
    for row in facts.load("known_failures")["failures"]:
        pieces = {piece for pattern in row["patterns"] for piece in pattern.split("*")}
        codes = {piece for piece in pieces if _CODE.fullmatch(piece)}
        found[row["key"]] = frozenset(map(fold, codes)) - frozenset(map(fold, pieces - codes))
    return found


def likeliest(log: str) -> Explanation | None:
    """The first of the most specific known failures of a log, for callers that tell one cause alone."""
    return min(explain(log), key=lambda found: found.failure.general, default=None)


def fold(text: str) -> str:
    """A text without case, white space and frames, so that the width at which a message was wrapped does not matter."""
    return _NOT_TEXT.sub("", text.replace("\u2019", "'")).lower()


def _quote(line: str, place: int) -> str:
    """A line without secrets; of a long one, the part around a place, which counts folded characters."""
    text = masked(line[:_LINE_MAX_CHARS].strip(_FRAME))
    if len(text) <= _QUOTE_MAX_CHARS:
        return text
    counted = accumulate(len(fold(char)) for char in line[:_LINE_MAX_CHARS])
    start = next((number for number, count in enumerate(counted) if count > place), 0)
    found = text.find(line[start : start + _MARK_CHARS]) - _BEFORE_CHARS
    return text[:_QUOTE_MAX_CHARS] if found <= 0 else f"…{text[found : found + _QUOTE_MAX_CHARS - 1]}"


def _row(row: dict[str, object]) -> KnownFailure:
    patterns, rules = row["patterns"], row["rules"]
    assert isinstance(patterns, list)
    assert isinstance(rules, list)
    alternatives = tuple(tuple(fold(piece) for piece in pattern.split("*") if fold(piece)) for pattern in patterns)
    texts = {name: str(row.get(name, "")) for name in ("key", "area", "title", "cause", "look_at", "fix", "source")}
    return KnownFailure(
        patterns=alternatives,
        rules=tuple(rules),
        read_on=str(row["read_on"]),
        incident=str(row.get("incident", "")),
        general=int(str(row.get("general", 0))),
        **texts,
    )


def _message_starts(lines: Sequence[str]) -> Iterator[int]:
    """The lines on which a message begins: at each `Error:` of Terraform, else after a blank line that no colon goes before.

    An `Error:` right below the line of a program belongs to that line.
    """
    yield 0
    last, in_error, announced, above = 0, False, False, ""
    for number, line in enumerate(lines):
        text = _COLOUR.sub("", line[:_LINE_MAX_CHARS]).strip(_FRAME)
        begins = text.startswith(("Error:", "Warning:")) and (in_error or not above)
        if number and (begins or not (text or in_error or announced) or number - last >= _MESSAGE_MAX_LINES):
            yield number
            last = number
        announced, above = (text.endswith(":") if text else announced), text
        in_error = begins or (in_error and number != last)


def _without_classes(found: list[Explanation]) -> Iterator[Explanation]:
    """Leave out classes of messages where no error is reported, or where the log says more; errors of Terraform stand alone."""
    more = any(each.failure.general < CLASS for each in found)
    for each in found:
        is_error = any(sign in each.block for sign in _SIGNS)
        if each.failure.general < CLASS or (is_error and (not more or each.block.startswith("error:"))):
            yield each


_Hit: TypeAlias = tuple[int, KnownFailure, tuple[int, int]]


def _hits(text: str, words: str, bounds: Sequence[int]) -> dict[int, list[_Hit]]:
    """Every pattern that fits, with its length and place, by the number of the message; a code has to stand as one word."""
    found: dict[int, list[_Hit]] = defaultdict(list)
    for failure in known_failures():
        for pattern in failure.patterns:
            if pattern[0] not in text:  # nearly always; saves most of the time
                continue
            if any(piece not in words for piece in _codes()[failure.key].intersection(pattern)):
                continue
            for start, end in _spans(pattern, text, bounds):
                found[bisect_right(bounds, start) - 1].append((sum(map(len, pattern)), failure, (start, end)))
    return found


def _best(hits: list[_Hit]) -> Iterator[tuple[KnownFailure, int]]:
    """What fits a message: longer patterns before shorter ones, no two at one place, nothing general beside the specific."""
    taken: list[tuple[int, int]] = []
    for _, failure, (start, end) in sorted(hits, key=lambda hit: (hit[1].general, -hit[0], hit[2])):
        if failure.general and taken:
            return
        if all(end <= other[0] or other[1] <= start for other in taken[:_TAKEN_MAX]):
            taken.append((start, end))
            yield failure, start


def _spans(pattern: Sequence[str], text: str, bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where a pattern stands: its pieces in order, at most 400 characters apart, within one message."""
    start = text.find(pattern[0])
    for _ in range(_TRIES_MAX):
        if start < 0:
            return
        limit = bounds[min(bisect_right(bounds, start), len(bounds) - 1)]
        end = start + len(pattern[0])
        for piece in pattern[1:]:
            place = text.find(piece, end, min(limit, end + _GAP_MAX_CHARS + len(piece)))
            end = place + len(piece) if place >= 0 else limit + 1
            if place < 0:
                break
        if end <= limit:
            yield start, end
        start = text.find(pattern[0], end if end <= limit else start + 1)
