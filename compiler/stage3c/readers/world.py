"""What all modules of a configuration share while it is read.

Owns the folders read so far, the limit on what is parsed, and the findings. Evaluates nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from stage3c.diagnostics import Fault, Span
from stage3c.readers.declarations import Declarations, declarations
from stage3c.readers.local_files import LocalFiles
from stage3c.readers.nodes import Block, Node
from stage3c.readers.reading import WORDS_MAX, Folder, Open, words_of
from stage3c.readers.results import Budget, Key, TooLarge

if TYPE_CHECKING:
    from stage3c.readers.frames import Module

AUDIT_THE_PLAN: Final = (
    "audit the plan instead: terraform plan -out=plan, terraform show -json plan > plan.json, stage3c audit plan.json."
)


class World(Struct):
    """What all modules of a configuration share: the budget, the folders read so far, and what was found."""

    open_folder: Open
    root: str
    files: LocalFiles
    budget: Budget = field(default_factory=Budget)
    folders: dict[str, Declarations | None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    said: set[Fault] = field(default_factory=set)
    lines: dict[str, list[str]] = field(default_factory=dict)
    instances: dict[str, tuple["Module", Block, Key]] = field(default_factory=dict)
    modules: int = 0
    words: int = 0
    secrets: set[str] = field(default_factory=set)
    installed: Mapping[str, str] = field(default_factory=dict)
    """Where terraform init has put modules of others, by their key."""

    def folder(self, path: str) -> Declarations | None:
        """The declarations of a folder, read once."""
        if path not in self.folders:
            files = self.open_folder(path)
            found = declarations(path, files) if files is not None and self._takes(files) else None
            self.folders[path] = found
            if found:
                self.faults += found.faults
                self.lines |= found.lines
        return self.folders[path]

    def _takes(self, files: Folder) -> bool:
        """Count the words of files before they are parsed; raises `TooLarge`."""
        for name, data in files.items():
            self._count(name, data)
        return True

    def _count(self, name: str, data: bytes) -> None:
        self.words += words_of(name, data)
        if self.words > WORDS_MAX:
            raise TooLarge(f"{name} and the files read before it have more than {WORDS_MAX:,} words")

    def template(self, path: str) -> Node:
        """A file as a template, parsed within the same limit."""
        return self.files.template(path, self._count)

    def say(self, code: str, cause: str, fix: str, span: Span) -> None:
        """Add a finding of the reader's own, once."""
        found = Fault(code, cause, fix, span)
        if found not in self.said:
            self.said.add(found)
            self.faults.append(found)
