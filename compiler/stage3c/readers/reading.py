"""What came of reading somebody's Terraform: a graph, what was found on the way, and the lines to show.

The readers open no file themselves: whoever calls hands them a function that lists a folder.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, field

from stage3c.diagnostics import Fault
from stage3c.disclosure import NOTHING, Hidden
from stage3c.graph import Graph

TEXT_MAX_CHARS: Final = 100_000
"""A longer text is taken as unknown: AWS takes none in what we judge, and what looks at texts stays quick."""
MEMBERS_MAX: Final = 1_000_000
WORDS_MAX: Final = 250_000
"""Of all Terraform files together; the parser takes some 40 µs for a word, and a stack of 100 resources has about 10,000."""
_WORD: Final = re.compile(rb"[\w-]{1,12}|\n|[^\s\w-]")
_RUN: Final = re.compile(rb"\n(?:[ \t\r]*+\n)++|(?:-[0-9]++)++")
_RUN_MAX_CHARS: Final = 2_000
"""Of blank lines, and of numbers with minuses between them: on these, the parser's own patterns take quadratic time."""
_JSON_PER_WORD: Final = 5  # what JSON is cheaper by

Folder: TypeAlias = Mapping[str, bytes]
"""The Terraform files of one folder: name -> content."""
Open: TypeAlias = Callable[[str], Folder | None]
"""Lists a folder by its path, relative to where the command runs; None where it cannot be opened."""
OpenFile: TypeAlias = Callable[[str], bytes]
"""The bytes of a file that an expression reads; raises `FileNotFoundError`, or `OSError` where it may not be read."""


def no_files(path: str) -> bytes:
    """No file may be read."""
    raise PermissionError(path)


def members_of(data: bytes) -> int:
    """About how many values a JSON text holds, without decoding it: each takes some memory, however short it is."""
    return data.count(b",") + data.count(b"{") + data.count(b"[")


def words_of(name: str, data: bytes) -> int:
    """About what it costs to parse a file of Terraform; a long word counts as many."""
    if name.endswith(".json"):
        return members_of(data) // _JSON_PER_WORD + len(data) // (12 * _JSON_PER_WORD)
    if any(len(run[0]) > _RUN_MAX_CHARS for run in _RUN.finditer(data)):
        return WORDS_MAX + 1
    return sum(1 for _ in _WORD.finditer(data))


class Reading(Struct, frozen=True):
    """A graph, or None where nothing can be judged."""

    graph: Graph | None
    faults: tuple[Fault, ...] = ()
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: Hidden = NOTHING
    """What no finding may quote."""
    file: str = ""
    plan: object = None
    """The JSON of a plan, which tells more than resources: what it replaces and destroys."""
