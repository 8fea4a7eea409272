"""What came of reading somebody's Terraform: a graph, what was found on the way, and the lines to show.

The readers open no file themselves: whoever calls hands them a function that lists a folder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stage3c.diagnostics import Fault
from stage3c.graph import Graph

Folder: TypeAlias = Mapping[str, bytes]
"""The Terraform files of one folder: name -> content."""
Open: TypeAlias = Callable[[str], Folder | None]
"""Lists a folder by its path, relative to where the command runs; None where it cannot be opened."""


@dataclass(frozen=True)
class Reading:
    """A graph, or None where nothing can be judged."""

    graph: Graph | None
    faults: tuple[Fault, ...] = ()
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
