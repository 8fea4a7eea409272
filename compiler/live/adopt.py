"""Adoption from end to end: what the state knows, what the account has, and what is laid down of both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from compiler import files
from compiler.live.account import Account, LiveError, Unanswered, asked
from compiler.live.adoption import Adoption, Step, as_pairs, plan
from compiler.live.search import Found, Search, names_of
from compiler.live.state import known_resources
from compiler.model.stack import Stack
from compiler.render import takeover_file
from compiler.resources.stack import compile_stack

Known = Mapping[str, frozenset[str]]
DECIDE = ("choose", "waits", "unknown", "destroy")


def adopt(
    account: Account, stack: Stack, choose: Sequence[str], renamed: Sequence[str], kept: Sequence[str]
) -> Adoption:
    """Look at both and lay down the adoption. Every mistake in what the user chose is told; nothing is guessed."""
    picked, keys = as_pairs(choose), [text.partition("=") for text in renamed]
    if picked is None:
        raise LiveError("--choose takes an address and an id.", "--choose aws_vpc.main=vpc-0123")
    if not all(old and new and "_" not in old + new for old, _, new in keys):
        raise LiveError("--renamed takes the old key of the spec and the new one.", "--renamed web=shop")
    state = state_of(account, stack)
    graph, told = compile_stack(stack), search(account, stack, {**state, **picked})
    _check_choices(picked, told)
    _check_kept(kept, state, told)
    return plan(graph, told, state, {new: old for old, _, new in keys}, kept)


def state_of(account: Account, stack: Stack) -> Known:
    """What the stack's state knows; without an answer nothing can be said of anything."""
    try:
        state: Known = asked(lambda: known_resources(account, stack))
        caller = asked(lambda: account.client("sts").get_caller_identity()["Account"])
    except Unanswered as reason:
        raise LiveError(f"the state and the account cannot be read: {reason}.", "stage3c preflight SPEC") from None
    if stack.account not in (None, caller):
        raise LiveError(
            f"the credentials are of account {caller}, and the spec is for {stack.account}.", "set AWS_PROFILE."
        )
    return state


def search(account: Account, stack: Stack, chosen: Known) -> dict[str, Found]:
    """Everything that the stack wants, looked for."""
    return Search(account, compile_stack(stack), stack.name, chosen).run()


def write(adoption: Adoption, path: Path) -> None:
    """Write the blocks, if there are any."""
    if not adoption.is_empty:
        files.write_all({path: takeover_file(adoption.imports, adoption.moved, adoption.removed)})


def as_text(adoption: Adoption) -> str:
    """One line for each step, the causes and fixes below."""
    return "".join(line for step in adoption.steps for line in _lines(step))


def as_json(stack: Stack, adoption: Adoption) -> str:
    """The same for programs."""
    steps = [
        {"outcome": s.outcome, "address": s.address, "identity": s.identity, "cause": s.cause, "fix": s.fix}
        for s in adoption.steps
    ]
    return json.dumps({"stack": stack.name, "steps": steps}, indent=2, ensure_ascii=False) + "\n"


def summary(adoption: Adoption) -> str:
    """How many of each, in a few words."""
    outcomes = [step.outcome for step in adoption.steps]
    counts = {outcome: outcomes.count(outcome) for outcome in dict.fromkeys(outcomes)}
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "the state knows everything"


def _lines(step: Step) -> Iterator[str]:
    by = f"  (by {step.by})" if step.by else ""
    yield f"{step.outcome:<8} {step.address}" + (f"  {step.identity}" if step.identity else "") + by + "\n"
    if step.cause:
        yield f"         {step.cause}\n"
    if step.fix:
        yield f"         fix: {step.fix}\n"


def _check_choices(picked: Known, told: Mapping[str, Found]) -> None:
    for address, identities in picked.items():
        matches = told[address].matches if address in told else ()
        unknown = identities - {name for match in matches for name in names_of(match)}
        if address not in told:
            raise LiveError(f"the stack has no {address}.", "stage3c adopt SPEC, without --choose, lists what it has.")
        if unknown or len(identities) > 1:
            fits = ", ".join(match.identity for match in matches) or "nothing"
            raise LiveError(f"{', '.join(sorted(identities))} does not fit {address}.", f"what fits it: {fits}.")


def _check_kept(kept: Sequence[str], state: Known, told: Mapping[str, Found]) -> None:
    for address in kept:
        if address in told or address not in state:
            raise LiveError(
                f"{address} is nothing that the state knows and the stack has no longer.", "leave --keep out."
            )
