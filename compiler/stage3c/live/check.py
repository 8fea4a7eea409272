"""What a check of an account is: one question to AWS, and what its answer means for the stack.

Asking and judging are apart. An answer is plain JSON without any secret, so that it can be saved and judged elsewhere;
judging is pure, and is given nothing but answers of the check's own form.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

from msgspec import Struct

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account

Form = Any
"""How an answer looks: a type or a value, `[each]`, `{str: each}`, a mapping with just these keys, or a tuple: one of these."""

LATER: Final = "stage3c preflight SPEC, once the actions that PRE110 lists are granted or AWS answers again."
"""The fix for what could not be asked as a part of a check."""
_NUMBER_MAX: Final = 1e15


class Problem(Struct, frozen=True):
    """What would stop the apply, or as a warning hurt later: the cause as a sentence, the fix as a command where there is one.

    As unknown, the part of a check that nobody could answer, where the rest of it is judged.
    """

    cause: str
    fix: str
    outcome: Literal["error", "warning", "unknown"] = "error"


class Check(Struct, frozen=True):
    """One check. One that does not concern a stack is left out, and so is one that `ask` answers with None."""

    id: str
    title: str
    why: str
    source: str
    ask: Callable[[Account, Stack], Json]
    judge: Callable[[Stack, Json], Iterable[Problem]]
    answer: Form
    concerns: Callable[[Stack], bool] = lambda _stack: True

    def explanation(self) -> str:
        """What `explain` says of it."""
        return f"{self.id}: {self.title} (preflight)\n\nWhy: {self.why}\n\nSource: {self.source}"


def has_form(value: Json, form: Form) -> bool:  # noqa: PLR0911 - one exit a kind
    """Tell whether JSON from outside looks as it should."""
    match form:
        case tuple():
            return any(has_form(value, each) for each in form)
        case list():
            return isinstance(value, list) and all(has_form(member, form[0]) for member in value)
        case dict() if str in form:
            return isinstance(value, dict) and all(has_form(member, form[str]) for member in value.values())
        case dict():
            return (
                isinstance(value, dict)
                and value.keys() == form.keys()
                and all(has_form(value[k], form[k]) for k in form)
            )
        case type() if form is float:
            return type(value) in (int, float) and abs(value) <= _NUMBER_MAX
        case type():
            return type(value) is form
        case _:
            return type(value) is type(form) and bool(value == form)
