"""A state that cannot be read, was deleted, is older than the last one, or belongs to another stack."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.live.state_history import FORM, history, owner_key, restore, undelete
from stage3c.resources.stack import state_key

_SHOWN = 3
_NO_VERSION = "no earlier version is a state of this stack: remove the object, then stage3c adopt SPEC"


def ask(account: Account, stack: Stack) -> Json:
    """The state and its earlier versions."""
    return history(account, stack)


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Compare the state with its own history, and with whom its resources belong to."""
    place, versions = f"s3://{stack.state.bucket}/{state_key(stack)}", answer["versions"]
    if answer["object"] == "missing":
        if versions and versions[0]["marker"]:
            yield Problem(f"{place} was deleted at {versions[0]['time']}.", undelete(stack, versions))
        return
    if answer["object"] != "ok":
        yield Problem(f"{place} {answer['object']}.", restore(stack, versions) or _NO_VERSION)
        return
    others = {owner: addresses for owner, addresses in answer["owners"].items() if owner != owner_key(stack)}
    if others:
        told = "; ".join(f"{_some(addresses)} with {owner}" for owner, addresses in sorted(others.items()))
        whole = (
            "is the state of another stack" if owner_key(stack) not in answer["owners"] else "is partly another stack's"
        )
        cause = f"{place} {whole}. Its resources carry other tags: {told}."
        other = "set environment and state.key to those of the state, or credentials and state.bucket to this stack's"
        yield Problem(cause, restore(stack, versions) or other)
        return
    last = next((each for each in versions if each["serial"] is not None), None)
    if last and last["lineage"] == answer["lineage"] and last["serial"] > answer["serial"]:
        older = f"it has serial {int(answer['serial'])}, and the version of {last['time']} has {int(last['serial'])}"
        yield Problem(f"{place} is older than the state before it: {older}.", restore(stack, versions))
    elif last and last["lineage"] != answer["lineage"] and last["owners"]:
        cause = f"{place} replaced a state of another lineage ({last['lineage']}), which held resources of this stack."
        yield Problem(cause, restore(stack, versions))


def _some(addresses: list[str]) -> str:
    rest = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    return f"{', '.join(addresses[:_SHOWN])}{rest}"


CHECK = Check(
    id="PRE119",
    title="State can be read, and is the last one of this stack",
    why="By a state that is broken, old or another stack's, Terraform creates what exists and destroys what is in use.",
    source="https://developer.hashicorp.com/terraform/language/state/backends (2026-11-28)",
    ask=ask,
    answer=FORM,
    judge=judge,
)
