"""Findings as JUnit XML, which CI servers show as tests: one test case for each finding.

The format has no standard; this is the part that Jenkins and GitLab read,
https://docs.gitlab.com/ci/testing/unit_test_reports/ (2026-11-28).
"""

from collections.abc import Sequence
from html import escape

from stage3c.diagnostics import Diagnostic, Severity


def as_junit(diagnostics: Sequence[Diagnostic]) -> str:
    """One suite; errors are failures, bugs of our own are errors, warnings are passed cases with their text."""
    failures = sum(each.severity is Severity.ERROR for each in diagnostics)
    bugs = sum(each.severity is Severity.BUG for each in diagnostics)
    cases = [_case(each) for each in diagnostics] or ['    <testcase classname="stage3c" name="no findings"/>']
    head = f'  <testsuite name="stage3c" tests="{len(cases)}" failures="{failures}" errors="{bugs}">'
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", head, *cases, "  </testsuite>", "</testsuites>"]
    )


def _case(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    name = _quoted(_legal(f"{diagnostic.code} {diagnostic.title}: {span.file}:{span.line}"))
    text = _legal(f"{span.file}:{span.line}:{span.column}\ncause: {diagnostic.cause}\nfix: {diagnostic.fix}")
    tag = {Severity.ERROR: "failure", Severity.BUG: "error"}.get(diagnostic.severity)
    message = _quoted(_legal(diagnostic.cause))
    body = f"<{tag} message={message}>{escape(text)}</{tag}>" if tag else f"<system-out>{escape(text)}</system-out>"
    place = f'file={_quoted(_legal(span.file))} line="{span.line}"'
    return f"    <testcase classname={_quoted(diagnostic.code)} name={name} {place}>{body}</testcase>"


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _legal(text: str) -> str:
    """The text without characters that XML cannot have, https://www.w3.org/TR/xml/#charsets (2026-11-28)."""
    return "".join(
        char
        if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff" and not "\ud800" <= char <= "\udfff")
        else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )
