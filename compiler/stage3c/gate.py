"""Which findings of an audit count: selected rules, inline ignores with a reason, and a baseline of findings that are known.

Pure: the files are read and written elsewhere. An ignore without a reason silences nothing; one without a finding is a finding.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from stage3c.diagnostics import Diagnostic, Fault, Severity, Span, clip, in_order
from stage3c.rules import by_subject, diagnosed

_COMMENT: Final = re.compile(
    r"(?:^|\s)(?:#|//)\s*stage3c:ignore\b[ \t]*([A-Z]{3,4}[0-9]{3}(?:[ \t]*,[ \t]*[A-Z]{3,4}[0-9]{3})*)?(.*)"
)
_LINE_NUMBER: Final = re.compile(r"\bline \d+")
_VERSION: Final = 1


class GateError(ValueError):
    """A selection or baseline that cannot be used: what is wrong, and what to write."""

    def __init__(self, cause: str, fix: str) -> None:
        """Keep both sentences."""
        super().__init__(cause)
        self.cause, self.fix = cause, fix


class Ignore(Struct, frozen=True):
    """One inline comment: the rules, the place of the comment, and whether a reason is given."""

    codes: tuple[str, ...]
    span: Span
    has_reason: bool

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding is on the line of the comment or on the next one."""
        there = diagnostic.span
        is_near = there.file == self.span.file and there.line in (self.span.line, self.span.line + 1)
        return self.has_reason and is_near and diagnostic.code in self.codes


def selected(
    diagnostics: Iterable[Diagnostic], select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> list[Diagnostic]:
    """The findings of the rules that are selected and not ignored, by id, beginning of an id, or subject."""
    wanted, unwanted = _codes(select), _codes(ignore)
    return [
        each
        for each in diagnostics
        if each.severity is Severity.BUG or ((not select or each.code in wanted) and each.code not in unwanted)
    ]


def _codes(words: Sequence[str]) -> frozenset[str]:
    """The ids that words name: `NET204`, `NET` or `network`; several may be separated by commas."""
    subjects = {name: {rule.id for rule in rules} for name, rules in by_subject().items()}
    every = frozenset[str]().union(*subjects.values())
    found: set[str] = set()
    for word in (part.strip() for text in words for part in text.split(",") if part.strip()):
        named = subjects.get(word.lower()) or {code for code in every if code.startswith(word.upper())}
        if not named:
            subjects_listed = ", ".join(sorted(name for name, codes in subjects.items() if codes))
            raise GateError(
                f"{clip(word)} is no rule and no subject.",
                f"use a rule id such as NET204, or one of {subjects_listed}.",
            )
        found |= named
    return frozenset(found)


def without_ignored(diagnostics: Sequence[Diagnostic], lines: Mapping[str, Sequence[str]]) -> list[Diagnostic]:
    """The findings that no inline comment accepts, and one for each comment without a reason or without a finding."""
    ignores = [each for file, texts in lines.items() for each in _ignores_in(file, texts)]
    if not ignores:
        return list(diagnostics)
    used: set[tuple[Span, str]] = set()
    kept: list[Diagnostic] = []
    for diagnostic in diagnostics:
        hits = [each for each in ignores if each.covers(diagnostic)]
        used |= {(each.span, diagnostic.code) for each in hits}
        if not hits:
            kept.append(diagnostic)
    return in_order([*kept, *(fault for each in ignores for fault in _faults_of(each, used))])


def _ignores_in(file: str, lines: Sequence[str]) -> Iterator[Ignore]:
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line) if "stage3c:ignore" in line else None
        if match and line[: match.start()].count('"') % 2 == 0:
            codes = tuple(code.strip() for code in (match[1] or "").split(",") if code.strip())
            yield Ignore(
                codes, Span(file, number, match.start() + 1, number, len(line) + 1), bool(match[2].strip(" -:*/"))
            )


def _faults_of(ignore: Ignore, used: set[tuple[Span, str]]) -> Iterator[Diagnostic]:
    if not ignore.codes or not ignore.has_reason:
        missing = "rule id" if not ignore.codes else "reason"
        code = ignore.codes[0] if ignore.codes else "NET204"
        cause = f"the comment has no {missing}, so it ignores nothing."
        yield diagnosed(
            Fault("AUD116", cause, f"write `# stage3c:ignore {code} reason`, with the reason in words.", ignore.span)
        )
        return
    for code in ignore.codes:
        if (ignore.span, code) not in used:
            cause = f"{code} has no finding on this line or the next."
            yield diagnosed(Fault("AUD117", cause, f"remove {code} from the comment.", ignore.span))


def as_baseline(diagnostics: Iterable[Diagnostic], folder: str) -> str:
    """The findings as the JSON of a baseline file; lines may move, so a finding is known by rule, file and cause."""
    counted = Counter(_known_by(each, folder) for each in diagnostics if each.severity is not Severity.BUG)
    rows = [
        {"rule": code, "file": file, "digest": digest, "count": count}
        for (code, file, digest), count in sorted(counted.items())
    ]
    return json.dumps({"version": _VERSION, "findings": rows}, indent=2) + "\n"


def without_known(diagnostics: Sequence[Diagnostic], document: Any, folder: str) -> list[Diagnostic]:  # noqa: ANN401 - JSON
    """The findings that the baseline does not have, or has less often."""
    try:
        assert document["version"] == _VERSION
        left = Counter(
            {
                (str(row["rule"]), str(row["file"]), str(row["digest"])): int(row["count"])
                for row in document["findings"]
            }
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        raise GateError(
            "the baseline file was not written by stage3c.", "write it anew with --write-baseline."
        ) from None
    fresh: list[Diagnostic] = []
    for diagnostic in diagnostics:
        key = _known_by(diagnostic, folder)
        if diagnostic.severity is not Severity.BUG and left[key] > 0:
            left[key] -= 1
        else:
            fresh.append(diagnostic)
    return fresh


def _known_by(diagnostic: Diagnostic, folder: str) -> tuple[str, str, str]:
    file = diagnostic.span.file.replace("\\", "/").removeprefix(f"{folder.rstrip('/')}/")
    cause = _LINE_NUMBER.sub("line", diagnostic.cause)
    return diagnostic.code, file, hashlib.sha256(cause.encode()).hexdigest()[:16]
