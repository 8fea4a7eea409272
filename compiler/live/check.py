"""What a check of an account is: one question to AWS, and what its answer means for the stack.

Asking and judging are apart. An answer is plain JSON without any secret, so that it can be saved and judged elsewhere;
judging is pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from compiler.live.account import Account, Json
from compiler.model.stack import Stack


@dataclass(frozen=True, slots=True)
class Problem:
    """What would stop the apply, or as a warning hurt later: the cause as a sentence, the fix as a command where there is one.

    As unknown, the part of a check that nobody could answer, where the rest of it is judged.
    """

    cause: str
    fix: str
    outcome: Literal["error", "warning", "unknown"] = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `ask` answers None where there is nothing to ask about, and the check is left out."""

    id: str
    title: str
    why: str
    source: str
    ask: Callable[[Account, Stack], Json]
    judge: Callable[[Stack, Json], Iterable[Problem]]

    def explanation(self) -> str:
        """What `explain` says of it."""
        return f"{self.id}: {self.title} (preflight)\n\nWhy: {self.why}\n\nSource: {self.source}"
