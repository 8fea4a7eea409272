"""What would stop the apply, before it is tried: all checks asked side by side, judged apart, told as rows.

An answer that cannot be had costs its one row. A snapshot has everything that was answered and nothing secret, so that
it can be saved and judged where there are no credentials.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, UsageError, permission
from stage3c.live.check import Check, has_form
from stage3c.live.checks import all_checks
from stage3c.live.dns import resolver_of
from stage3c.output import files

_AT_ONCE: Final = 16
_SAVED: Final = '{\n  "answers": {'
_UNREADABLE: Final = "the answer is not what this check asks for, or is older than the spec."
_AGAIN: Final = "make the snapshot anew: stage3c preflight SPEC --save FILE"
Outcome = Literal["ok", "error", "warning", "unknown"]


class Row(Struct, frozen=True):
    """One line of the table: a check that passed, one problem of a check, or a check that nobody could answer."""

    check: Check
    outcome: Outcome
    cause: str = ""
    fix: str = ""

    def as_object(self) -> dict[str, str]:
        """For programs."""
        told = {"id": self.check.id, "title": self.check.title, "outcome": self.outcome}
        return {**told, "cause": self.cause, "fix": self.fix}


def run(
    stack: Stack, endpoint_url: str | None, resolver: str | None, save: Path | None, saved: Path | None
) -> list[Row]:
    """Look at the account, or at a saved snapshot; save what was answered where that is asked for."""
    if resolver is not None:
        resolver_of(resolver)
    if save is not None and files.is_file(save) and not files.head(save).startswith(_SAVED):
        raise UsageError("what --save names is there already, and no snapshot.", "name another file.")
    answers = answers_of(_read(saved), stack) if saved else look(Account(stack.region, endpoint_url, resolver), stack)
    if save is not None:
        files.write_all({save: json.dumps(snapshot(stack, answers), indent=2, sort_keys=True) + "\n"})
    return judge(stack, answers)


def look(account: Account, stack: Stack) -> Mapping[str, Json]:
    """Ask everything at once: the answers by check, `{"answer": …}` or `{"unknown": why}`."""
    checks = {name: check for name, check in all_checks().items() if check.concerns(stack)}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = threads.map(lambda check: _answer(check, account, stack), checks.values())
        return dict(zip(checks, answers, strict=True))


def judge(stack: Stack, answers: Mapping[str, Json]) -> list[Row]:
    """The rows of a stack: pure, and the same for a saved snapshot. A check that asks about nothing has no row."""
    checks = (check for check in all_checks().values() if check.concerns(stack))
    return [row for check in checks for row in _rows(check, stack, answers.get(check.id))]


def snapshot(stack: Stack, answers: Mapping[str, Json]) -> dict[str, Json]:
    """What is saved."""
    return {"preflight": 1, "stack": stack.name, "answers": dict(answers)}


def answers_of(saved: Json, stack: Stack) -> Mapping[str, Json]:
    """The answers of a saved snapshot; one of another stack, or no snapshot at all, is refused."""
    known = isinstance(saved, dict) and saved.get("preflight") == 1 and isinstance(saved.get("answers"), dict)
    if not known or not all(isinstance(answer, dict) for answer in saved["answers"].values()):
        raise UsageError("the file is no snapshot of preflight.", "make one: stage3c preflight SPEC --save FILE")
    if saved.get("stack") != stack.name:
        raise UsageError(f"the snapshot is of another stack than {stack.name}.", "name the spec that it was made of.")
    answers: Mapping[str, Json] = saved["answers"]
    return answers


def _read(saved: Path) -> Json:
    try:
        return files.read_json(saved)
    except files.FileError as error:
        raise UsageError(error.cause, error.fix) from None


def _answer(check: Check, account: Account, stack: Stack) -> Json:
    try:
        return {"answer": check.ask(account, stack)}
    except Unanswered as reason:
        return {"unknown": str(reason), "fix": permission(reason)}


def _rows(check: Check, stack: Stack, told: Json) -> Iterable[Row]:
    if told is None:
        return [Row(check, "unknown", "the snapshot has no answer to it.", _AGAIN)]
    if has_form(told, {"unknown": str, "fix": str}):
        return [Row(check, "unknown", f"{told['unknown']}.", told["fix"])]
    if not has_form(told, {"answer": check.answer}):
        return [Row(check, "unknown", _UNREADABLE, _AGAIN)]
    if told["answer"] is None:
        return []
    try:
        rows = [Row(check, each.outcome, each.cause, each.fix) for each in check.judge(stack, told["answer"])]
    except (
        KeyError,
        ValueError,
    ):  # it lacks something that the spec has by now, or has a text that is no date or network
        return [Row(check, "unknown", _UNREADABLE, _AGAIN)]
    return rows or [Row(check, "ok")]
