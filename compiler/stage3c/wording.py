"""The words of names and of sentences: the nearest known name, a list that stays short, and what a name is made of."""

import difflib
import re
from collections.abc import Iterable, Sequence

from stage3c.diagnostics import clip

_COMPARED_CHARS = 80
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words_in(name: str) -> list[str]:
    """The words of a name in any style: `apiKey`, `api-key` and `API_KEY` have two."""
    return _WORDS.findall(name)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of a table as lines, each column as wide as its widest text."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return ["  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that is written most like this one, if any is near."""
    known = list(known)
    return misspelt(word, known) or next(iter(difflib.get_close_matches(word[:_COMPARED_CHARS], known, 1, 0.5)), None)


def misspelt(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that differs by a slip: at most one letter in four is missing, added, swapped or another."""
    near = difflib.get_close_matches(word[:_COMPARED_CHARS].lower(), list(known), 3, 0.7)
    found = sorted((_slips(word.lower(), each), number, each) for number, each in enumerate(near))
    return next((each for slips, _, each in found if slips <= max(1, min(len(word), len(each)) // 4)), None)


def _slips(one: str, other: str) -> int:
    """Optimal string alignment distance: letters to insert, delete, replace or swap."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def listed(words: Sequence[str], limit: int = 8) -> str:
    """Write words as `a, b and 3 more`; nothing at all is `none`."""
    shown = ", ".join(clip(word) for word in words[:limit])
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return f"{shown}{more}" if words else "none"


def characters(found: Sequence[str], limit: int = 8) -> str:
    """Write single characters; one that cannot be printed is written by its number."""
    return ", ".join(f'"{one}"' if one.isprintable() else f"U+{ord(one):04X}" for one in found[:limit])
