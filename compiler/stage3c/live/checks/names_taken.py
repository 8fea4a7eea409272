"""Names that something else has already, or that a lost state has left behind."""

from collections.abc import Iterator, Mapping

from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, Json
from stage3c.live.adoption import kind_of
from stage3c.live.check import Check, Problem
from stage3c.live.existing import existing, wanted
from stage3c.live.state import Held, known_resources
from stage3c.resources.stack import compile_stack
from stage3c.wording import listed


def ask(account: Account, stack: Stack) -> Json:
    """The import ids of what exists by address, the types that nobody could ask about, and the addresses of the state."""
    found = existing(account, compile_stack(stack))
    state = known_resources(account, stack)
    elsewhere = [address for address, identity in found.taken.items() if _is_known(state, address, identity)]
    return {"taken": dict(found.taken), "unknown": dict(found.unknown), "known": sorted({*state, *elsewhere})}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """What exists and is in no state makes the apply fail with "already exists"."""
    wanted_ones = {address for address, _, _ in wanted(compile_stack(stack))}
    for address, identity in sorted(answer["taken"].items()):
        if address in answer["known"] or address not in wanted_ones:
            continue
        kind = address.partition(".")[0]
        cause = f"{kind} {identity} exists, and the state does not know it: the apply would fail at {address}."
        take = "stage3c adopt SPEC"
        yield Problem(cause, f"if it is this stack's: {take}; if it is not, choose another project or environment.")
    if answer["unknown"]:
        kinds, why = listed(sorted(answer["unknown"])), listed(sorted(set(answer["unknown"].values())))
        yield Problem(
            f"whether names of {kinds} are taken is not known: {why}.", "allow the caller to look.", "unknown"
        )


def _is_known(state: Mapping[str, Held], address: str, identity: str) -> bool:
    """Whether the state knows the thing, be it under an address that it had before."""
    of_type = (held for other, held in state.items() if kind_of(other) == kind_of(address))
    return any(identity in held.names or identity == held.called for held in of_type)


CHECK = Check(
    id="PRE107",
    title="Names are free, or the state knows who has them",
    why="A name that is taken ends the apply half-way; a state that was lost leaves all of them taken.",
    source="https://developer.hashicorp.com/terraform/language/import",
    ask=ask,
    answer={"taken": {str: str}, "unknown": {str: str}, "known": [str]},
    judge=judge,
)
