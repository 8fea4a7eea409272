"""The faults of a state for which `adopt` and `cleanup` refuse to work: they would act on what is not true."""

from collections.abc import Sequence
from typing import Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError
from stage3c.live.check import Check
from stage3c.live.checks import state_content, state_digest, state_ids

TRUSTED: Final = (state_content.CHECK, state_digest.CHECK, state_ids.CHECK)
"""What must be right before anything is deleted."""
READABLE: Final = (state_content.CHECK,)
"""What must be right before the state is believed at all."""


def refuse_faults(account: Account, stack: Stack, checks: Sequence[Check]) -> None:
    """Raise LiveError for the first fault that these checks find."""
    for check in (each for each in checks if each.concerns(stack)):
        try:
            answer = check.ask(account, stack)
        except Unanswered as reason:
            raise LiveError(f"the state cannot be checked: {reason}.", "stage3c preflight SPEC") from None
        for problem in check.judge(stack, answer) if answer is not None else ():
            raise LiveError(problem.cause, problem.fix)
