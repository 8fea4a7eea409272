"""Verified rows as text, JSON and JUnit XML. No value of a response is in them but what `judging` has masked."""

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from stage3c.delivery.verification import Row
from stage3c.diagnostics import format_path
from stage3c.pipeline import Build

Why = Sequence[str]
"""Sentences about the causes."""


def as_text(rows: Sequence[Row], build: Build, why: Why) -> str:
    """One line for each row, its faults below, and then the causes."""
    lines = []
    for row in rows:
        seconds = f"  {row.seconds * 1000:.0f} ms" if row.seconds else ""
        lines.append(f"{'ok' if row.passed else 'failed':<7} {row.name}{seconds}")
        lines += [f"        {fault} ({place(row, build)})" for fault in row.faults]
    return "\n".join([*lines, *(["", "why:"] if why else []), *(f"  {sentence}" for sentence in why)]) + "\n"


def as_json(rows: Sequence[Row], build: Build, why: Why) -> str:
    """`{"passed": …, "checks": […], "why": […]}`."""
    found = [
        {
            "name": row.name,
            "passed": row.passed,
            "status": row.status or None,
            "ms": round(row.seconds * 1000),
            "faults": list(row.faults),
            "spec_path": format_path(row.path),
            "line": build.document.span(row.path).line if row.path else None,
        }
        for row in rows
    ]
    document: Mapping[str, object] = {"passed": all(row.passed for row in rows), "checks": found, "why": list(why)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_junit(rows: Sequence[Row], build: Build) -> str:
    """JUnit XML, as GitHub, GitLab and Jenkins read it."""
    failed = sum(not row.passed for row in rows)
    suite = f'<testsuite name={quoteattr(build.stack_name)} tests="{len(rows)}" failures="{failed}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', suite, *map(_case, rows), "</testsuite>"]) + "\n"


def place(row: Row, build: Build) -> str:
    """The line of the spec that asks for a row."""
    span = build.document.span(row.path)
    return f"{span.file}:{span.line}" if row.path else "--url"


def _case(row: Row) -> str:
    head = f'  <testcase name={quoteattr(_legal(row.name))} time="{row.seconds:.3f}"'
    if row.passed:
        return f"{head}/>"
    texts = _legal("; ".join(row.faults))
    return f"{head}>\n    <failure message={quoteattr(texts)}>{escape(texts)}</failure>\n  </testcase>"


def _legal(text: str) -> str:
    """A text without what XML 1.0 has no form for."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
