"""What the compiler says about a mistake: a code, a place, a cause and a fix.

Owns the shape and the order of diagnostics. Refuses to render them (`report`) or to decide on an exit code (`cli`).
"""

import traceback
from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePath

from msgspec import Struct


class Severity(StrEnum):
    """How bad it is: an error stops a build, and so does a bug of our own, which is never a finding."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    BUG = "internal error"


class Span(Struct, frozen=True):
    """A place in a text file; lines and columns count from 1, `end_column` is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and list positions, outermost first."""


class Edit(Struct, frozen=True):
    """A change of a text that is certain to be what was meant; `text` may hold a user's value and is never printed as it is."""

    span: Span
    text: str


class Finding(Struct, frozen=True):
    """What a rule reports: the fault at a spec path or at a span of a file; the rule's title and severity are added later."""

    cause: str
    fix: str
    path: Path = ()
    span: Span | None = None


class Fault(Struct, frozen=True):
    """What a reader of specs or of Terraform reports: like a finding, with the id of the rule that explains it."""

    code: str
    cause: str
    fix: str
    span: Span
    path: Path = ()
    edit: Edit | None = None


class Diagnostic(Struct, frozen=True):
    """One finding as a person or a program is told of it."""

    code: str
    severity: Severity
    title: str
    cause: str
    fix: str
    span: Span
    path: Path = ()
    edit: Edit | None = None
    """What `--fix` writes."""

    @property
    def spec_path(self) -> str:
        """The path in the reader's notation: `services.web.secrets[0]`."""
        return format_path(self.path)


def format_path(path: Path) -> str:
    """Write a path as `services.web.subnets[0]`; the document itself is the empty text."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, line, column and code, and say nothing twice."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.span.file, d.span.line, d.span.column, d.code, d.cause, d.fix, d.path.__repr__()),
    )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of them stops a build."""
    return any(d.severity in (Severity.ERROR, Severity.BUG) for d in diagnostics)


def internal_error(error: Exception, code: str = "BUG") -> Diagnostic:
    """A bug of our own, under the id of the rule that failed; the exception's text may quote the input, so it is left out."""
    cause = f"{type(error).__name__} at {_place_of(error)}"
    fix = "this is a bug in stage3c: report this line with your command and the smallest input that shows it."
    return Diagnostic(code, Severity.BUG, "Internal error", cause, fix, Span("stage3c"))


def _place_of(error: Exception) -> str:
    """The innermost line of our own code that an exception passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "stage3c" in PurePath(frame.filename).parts]
    if not ours:
        return "an unknown place"
    parts = PurePath(ours[-1].filename).parts
    inner = parts[len(parts) - parts[::-1].index("stage3c") :]
    return f"{'/'.join(inner)}:{ours[-1].lineno}"


def clip(text: str, limit: int = 60) -> str:
    """Shorten a user's text for a sentence, without line breaks."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + "…"
