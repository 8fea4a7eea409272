"""Adoption from end to end: what the state knows, what the account has, and what is laid down of both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from stage3c.aws.kinds.kind import Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError, UsageError
from stage3c.live.adoption import KEYED, Adoption, State, Step, as_pairs, kind_of, plan, resource_of
from stage3c.live.checks import state_ids
from stage3c.live.ownership import tags_of_owner
from stage3c.live.search import Found, Search, names_of
from stage3c.live.state import Held, known_resources
from stage3c.live.state_faults import READABLE, refuse_faults
from stage3c.output import files
from stage3c.output.render import TAKEOVER_HEADER, TAKEOVER_NAMES, takeover_files
from stage3c.resources.stack import compile_stack

Picked = Mapping[str, frozenset[str]]
DECIDE = ("choose", "waits", "unknown", "replace", "destroy", "stale")


def adopt(
    account: Account, stack: Stack, choose: Sequence[str], renamed: Sequence[str], kept: Sequence[str]
) -> Adoption:
    """Compare the state with the account and plan the adoption. A mistake in an option is an error; nothing is guessed."""
    picked, keys = as_pairs(choose), [text.partition("=") for text in renamed]
    if picked is None:
        raise UsageError("--choose takes an address and an id.", "--choose aws_vpc.main=vpc-0123")
    if not all(old and new and "_" not in old + new for old, _, new in keys):
        raise UsageError("--renamed takes the old key of the spec and the new one.", "--renamed web=shop")
    refuse_faults(account, stack, READABLE)
    state = state_of(account, stack)
    stale = _stale(account, stack, state)
    told = find_wanted(account, stack, state, picked)
    _check_choices(picked, told)
    _check_kept(kept, state, told)
    adoption = plan(compile_stack(stack), told, state, _former_keys(stack, {new: old for old, _, new in keys}), kept)
    return replace(adoption, steps=(*adoption.steps, *stale))


def _stale(account: Account, stack: Stack, state: State) -> tuple[Step, ...]:
    """What the state has under an id that AWS lacks; what it has of another stack is an error."""
    answer = state_ids.CHECK.ask(account, stack)
    foreign = {**answer, "gone": {}, "unknown": {}}
    for problem in state_ids.CHECK.judge(stack, foreign):
        raise LiveError(problem.cause, problem.fix)
    fix = "terraform -chdir=FOLDER state rm '{}', then stage3c adopt SPEC"
    return tuple(
        Step(
            "stale", address, identity, f"the state has it as {identity}, which AWS does not have.", fix.format(address)
        )
        for address, identity in answer["gone"].items()
        if address in state
    )


def _former_keys(stack: Stack, renamed: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """What each renamed key may have been, as the user and the spec say."""
    former = {new: frozenset({old}) for new, old in renamed.items()}
    for section in KEYED:
        for key, part in getattr(stack, section).items():
            if part.formerly:
                former[key] = former.get(key, frozenset()) | {part.formerly}
    return former


def state_of(account: Account, stack: Stack) -> dict[str, Held]:
    """What the stack's state knows; without an answer nothing can be said of anything."""
    try:
        state, caller = known_resources(account, stack), account.account
    except Unanswered as reason:
        raise LiveError(f"the state and the account cannot be read: {reason}.", "stage3c preflight SPEC") from None
    if stack.account not in (None, caller):
        raise LiveError(
            f"the credentials are of account {caller}, and the spec is for {stack.account}.", "set AWS_PROFILE."
        )
    return state


def find_wanted(
    account: Account, stack: Stack, state: State, picked: Picked = MappingProxyType({})
) -> dict[str, Found]:
    """Everything that the stack wants, looked for; what the state has is not in doubt."""
    graph = compile_stack(stack)
    known = {address: held.names for address, held in state.items()}
    gone: dict[str, frozenset[str]] = {}
    for address, names in known.items():
        if address not in graph.resources:
            gone[kind_of(address)] = gone.get(kind_of(address), frozenset()) | names
    moved = {address: gone.get(each.type, frozenset()) for address, each in graph.resources.items()}
    return Search(account, graph, tags_of_owner(stack), {**moved, **known}, picked).run()


def write(adoption: Adoption, folder: Path) -> list[Path]:
    """Write the blocks, and take away what an earlier run wrote that has done its work; say what was taken away.

    A file of such a name which somebody else wrote is never touched.
    """
    texts: dict[str, str] = {}
    if not adoption.is_empty:
        texts = takeover_files(adoption.imports, adoption.moved, adoption.removed, adoption.stored)
    before = {name: files.head(folder / name) for name in TAKEOVER_NAMES}
    ours = [name for name, text in before.items() if text.startswith(f"# {TAKEOVER_HEADER}\n")]
    for name in (name for name in texts if before[name] and name not in ours):
        cause = f"{folder / name} was not written by stage3c adopt."
        raise files.FileError(cause, "give it another name, then run it again.")
    files.write_all({folder / name: text for name, text in texts.items()})
    done = [folder / name for name in ours if name not in texts]
    for path in done:
        files.remove(path)
    return done


def is_built(adoption: Adoption, folder: Path) -> bool:
    """Whether what is written there has every address that is taken over; Terraform would refuse or destroy the others."""
    path = folder / "main.tf.json"
    document = files.read_json(path) if files.is_file(path) else {}
    resources = document.get("resource", {}) if isinstance(document, dict) else {}
    addresses = [*(address for address, _ in adoption.imports), *(new for _, new in adoption.moved)]
    return all(name in resources.get(kind, ()) for kind, name in (address.split(".") for address in addresses))


def as_text(adoption: Adoption) -> str:
    """One line for each step, the causes and fixes below; what has nothing to tell but that it is made is counted."""
    said: set[str] = set()
    plain = [step for step in adoption.steps if step.outcome == "create" and not step.cause]
    done = [step for step in adoption.steps if step.outcome not in DECIDE and step not in plain]
    lines = [line for step in done for line in _lines(step, said)]
    if plain:
        lines.append(f"create   {len(plain)} that exist nowhere yet\n")
    lines += [line for step in adoption.steps if step.outcome in DECIDE for line in _lines(step, said)]
    return "".join(lines)


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


def _lines(step: Step, said: set[str]) -> Iterator[str]:
    """What many steps have as their fix is said once."""
    by = f"  (by {step.by})" if step.by else ""
    yield f"{step.outcome:<8} {step.address}" + (f"  {step.identity}" if step.identity else "") + by + "\n"
    if step.cause:
        yield f"         {step.cause}\n"
    if step.fix and step.fix not in said:
        yield f"         fix: {step.fix}\n"
    said.add(step.fix)


def _check_choices(picked: Picked, told: Mapping[str, Found]) -> None:
    for address, identities in picked.items():
        matches = told[address].matches if address in told else ()
        unknown = identities - {name for match in matches for name in names_of(match)}
        if address not in told:
            raise UsageError(f"the stack has no {address}.", "stage3c adopt SPEC, without --choose, lists what it has.")
        if unknown or len(identities) > 1:
            fits = ", ".join(match.identity for match in matches) or "nothing"
            raise UsageError(f"{', '.join(sorted(identities))} does not fit {address}.", f"what fits it: {fits}.")


def _check_kept(kept: Sequence[str], state: State, told: Mapping[str, Found]) -> None:
    for address in kept:
        if address in told or address not in map(resource_of, state):
            raise UsageError(
                f"{address} is nothing that the state knows and the stack has no longer.", "leave --keep out."
            )
