"""Names that something else has already, or that a lost state has left behind."""

from collections.abc import Iterator, Mapping

from stage3c.aws.kinds.kind import Json
from stage3c.diagnostics import clip
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.adoption import kind_of
from stage3c.live.check import LATER, Check, Problem
from stage3c.live.existing import existing, wanted
from stage3c.live.ownership import tags_of_owner
from stage3c.live.state import Held, NotAState, known_resources
from stage3c.resources.stack import compile_stack
from stage3c.wording import listed


def ask(account: Account, stack: Stack) -> Json:
    """By address, what has its name: the id, whose it is, and the id that the state has there, if it has one."""
    found = existing(account, compile_stack(stack), tags_of_owner(stack))
    try:
        state = known_resources(account, stack)
    except NotAState:
        return None  # PRE119
    taken = {
        address: {"id": identity, "whose": owner.whose, "why": owner.why, "held": _held(state, address)}
        for address, (identity, owner) in found.taken.items()
        if not _is_known(state, address, identity)
    }
    return {"taken": taken, "unknown": dict(found.unknown)}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """What exists and is not in the state under its own id makes the apply fail with "already exists"."""
    wanted_ones = {address for address, _, _ in wanted(compile_stack(stack))}
    taken = [(address, each) for address, each in sorted(answer["taken"].items()) if address in wanted_ones]
    for address, each in taken:
        yield _problem(stack, address, each)
    if answer["unknown"]:
        kinds, why = listed(sorted(answer["unknown"])), listed(sorted(set(answer["unknown"].values())))
        cause = f"whether names of {kinds} are taken is not known: {why}."
        yield Problem(
            cause,
            LATER,
            "unknown",
        )


def _problem(stack: Stack, address: str, taken: Json) -> Problem:
    thing = f"{address.partition('.')[0]} {clip(taken['id'], 200)} exists"
    adopt = "stage3c adopt SPEC"
    if taken["whose"] == "another":
        cause = f"{thing} and belongs to another stack: {clip(taken['why'], 300)}. The apply would fail at {address}."
        return Problem(cause, f"give this stack other names, such as {_renamed(stack)}")
    if taken["held"]:
        stale = f"the state has {address} as {clip(taken['held'], 200)}"
        remove = f"terraform -chdir=FOLDER state rm '{address}'"
        return Problem(f"{thing}, and {stale}: the apply would fail.", f"{remove}, then {adopt}")
    if taken["whose"] == "ours":
        return Problem(f"{thing}, and the state does not have it: the apply would fail at {address}.", adopt)
    cause = f"{thing}, and nothing shows that it is this stack's: {clip(taken['why'], 300)}."
    return Problem(cause, f"{adopt} --choose {address}={taken['id']}, if it is; otherwise {_renamed(stack)}")


def _renamed(stack: Stack) -> str:
    """A name for the environment that no hyphen can confuse with another's."""
    plain = stack.environment.replace("-", "")
    return f"environment: {plain if plain != stack.environment else f'{stack.environment}2'}"


def _held(state: Mapping[str, Held], address: str) -> str:
    return state[address].identity or next(iter(state[address].names), "?") if address in state else ""


def _is_known(state: Mapping[str, Held], address: str, identity: str) -> bool:
    """Whether the state has the thing, be it under an address that it had before."""
    of_type = (held for other, held in state.items() if kind_of(other) == kind_of(address))
    return any(identity == held.identity or identity in held.names for held in of_type)


CHECK = Check(
    id="PRE107",
    title="Names are free, or the state has what uses them",
    why="A name that is taken ends the apply half-way; a state that was lost leaves all of them taken.",
    source="https://developer.hashicorp.com/terraform/language/import",
    ask=ask,
    answer=(None, {"taken": {str: {"id": str, "whose": str, "why": str, "held": str}}, "unknown": {str: str}}),
    judge=judge,
)
