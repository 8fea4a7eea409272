"""Words that many causes and fixes need: the nearest known name, and a list that stays short."""

import difflib
from collections.abc import Iterable, Sequence

from stage3c.diagnostics import clip

_COMPARED_CHARS = 80


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that is written most like this one, if any is near."""
    return next(iter(difflib.get_close_matches(word[:_COMPARED_CHARS], list(known), 1, 0.5)), None)


def listed(words: Sequence[str], limit: int = 8) -> str:
    """Write words as `a, b and 3 more`; nothing at all is `none`."""
    shown = ", ".join(clip(word) for word in words[:limit])
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return f"{shown}{more}" if words else "none"


def characters(found: Sequence[str], limit: int = 8) -> str:
    """Write single characters; one that cannot be printed is written by its number."""
    return ", ".join(f'"{one}"' if one.isprintable() else f"U+{ord(one):04X}" for one in found[:limit])
