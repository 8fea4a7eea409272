"""Diagnostics -> what a person, a program, GitHub or a SARIF viewer reads. Pure: text in, text out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stage3c import __version__
from stage3c.diagnostics import Diagnostic, Severity

_COLOURS: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_SARIF_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_GITHUB_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SNIPPET_MAX_CHARS: Final = 160

Lines = Mapping[str, Sequence[str]]
"""The lines of the files that diagnostics point into."""


def as_text(diagnostics: Sequence[Diagnostic], lines: Lines, *, colour: bool = False) -> str:
    """One block for each finding, as compilers write them; the empty text where there is none."""
    diagnostics = _findings(diagnostics)
    return "\n".join(_block(diagnostic, lines.get(diagnostic.span.file, ()), colour) for diagnostic in diagnostics)


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """`{"diagnostics": […]}`, one object a finding; bugs of our own stand apart, under `internal_errors`."""
    document: dict[str, Any] = {"diagnostics": [_object(diagnostic) for diagnostic in _findings(diagnostics)]}
    failed = [{"code": bug.code, "cause": bug.cause, "fix": bug.fix} for bug in bugs(diagnostics)]
    return json.dumps(document | ({"internal_errors": failed} if failed else {}), indent=2, ensure_ascii=False)


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands, https://docs.github.com/actions/reference/workflow-commands-for-github-actions (2026-11-23)."""
    failed = (f"::error title=stage3c {bug.severity}::{_escape(as_line(bug))}\n" for bug in bugs(diagnostics))
    return "".join((*(_command(diagnostic) + "\n" for diagnostic in _findings(diagnostics)), *failed))


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (2026-11-23)."""
    failed = [{"level": "error", "message": {"text": as_line(bug)}} for bug in bugs(diagnostics)]
    diagnostics = _findings(diagnostics)
    rules = {d.code: {"id": d.code, "shortDescription": {"text": d.title}} for d in diagnostics}
    driver = {"name": "stage3c", "version": __version__, "rules": [rules[code] for code in sorted(rules)]}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, sorted(rules)) for diagnostic in diagnostics],
    }
    if failed:
        run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": failed}]
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def bugs(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Bugs of our own."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.BUG]


def as_line(bug: Diagnostic) -> str:
    """A bug of our own in one line."""
    rule = f" in rule {bug.code}" if bug.code != "BUG" else ""
    return f"internal error{rule}: {bug.cause} (stage3c {__version__}); {bug.fix}"


def _findings(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity is not Severity.BUG]


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or the empty text."""
    counts = [(sum(d.severity is severity for d in diagnostics), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


def _block(diagnostic: Diagnostic, lines: Sequence[str], colour: bool) -> str:  # noqa: FBT001 - one private caller
    head = _paint(f"{diagnostic.severity.value}[{diagnostic.code}]", _COLOURS[diagnostic.severity], colour)
    span = diagnostic.span
    parts = [
        f"{head}: {_paint(diagnostic.title, '1', colour)}",
        f"  --> {printable(span.file)}:{span.line}:{span.column}",
    ]
    if 0 < span.line <= len(lines):
        parts += _snippet(diagnostic, lines[span.line - 1])
    parts += [f"  cause: {printable(diagnostic.cause)}", f"  fix: {printable(diagnostic.fix)}"]
    parts.append(f"  more: stage3c explain {diagnostic.code}")
    return "\n".join(parts) + "\n"


def _snippet(diagnostic: Diagnostic, line: str) -> list[str]:
    """The line with its place underlined; of a very long line, the part around the place."""
    span = diagnostic.span
    start = max(0, span.column - 1 - _SNIPPET_MAX_CHARS // 2) if len(line) > _SNIPPET_MAX_CHARS else 0
    shown = printable(line[start : start + _SNIPPET_MAX_CHARS].replace("\t", " "))
    end = span.end_column if span.end_line == span.line else span.column + 1
    width = max(1, min(end - span.column, _SNIPPET_MAX_CHARS - (span.column - 1 - start)))
    number = f"{span.line:>5}"
    return [f"{number} | {shown}", f"{' ' * 5} | {' ' * (span.column - 1 - start)}{'^' * width}"]


def printable(text: str) -> str:
    """Keep a user's text from moving the cursor or colouring the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "".join(printable(line) + "\n" for line in text.splitlines())


def _paint(text: str, code: str, colour: bool) -> str:  # noqa: FBT001 - likewise
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "title": diagnostic.title,
        "cause": diagnostic.cause,
        "fix": diagnostic.fix,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "spec_path": diagnostic.spec_path,
    }


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties = {
        "file": span.file,
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": span.end_column,
        "title": f"{diagnostic.code} {diagnostic.title}",
    }
    written = ",".join(f"{name}={_escape(str(value), more=':,')}" for name, value in properties.items())
    message = _escape(f"{diagnostic.cause}\nfix: {diagnostic.fix}")
    return f"::{_GITHUB_LEVELS[diagnostic.severity]} {written}::{message}"


def _escape(text: str, more: str = "") -> str:
    """As the runner's toolkit escapes data and properties."""
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _result(diagnostic: Diagnostic, codes: list[str]) -> dict[str, Any]:
    span = diagnostic.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _SARIF_LEVELS[diagnostic.severity],
        "message": {"text": f"{diagnostic.cause} Fix: {diagnostic.fix}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(span.file)}, "region": region},
                "logicalLocations": [{"fullyQualifiedName": diagnostic.spec_path or "spec"}],
            }
        ],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only SARIF needs it

    return quote(file.replace("\\", "/"))
