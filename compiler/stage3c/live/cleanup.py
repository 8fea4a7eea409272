"""What is left over of a stack, and its deletion: one resource at a time, under the state lock, after a last look at each."""

import json
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError
from stage3c.live.leftovers import Orphan, leftovers, look_again, ordered_ids, prepared, reason_to_keep
from stage3c.live.ownership import tags_of_owner
from stage3c.live.state import state_body
from stage3c.live.state_faults import TRUSTED, refuse_faults


def orphans(account: Account, stack: Stack) -> list[Orphan]:
    """Everything that is left over, in the order in which it can be deleted; a state with faults is refused."""
    refuse_faults(account, stack, TRUSTED)
    return leftovers(account, stack)


def refuse_without_state(account: Account, stack: Stack) -> None:
    """Nothing is deleted for a stack that has no state: all that it has would look left over."""
    if state_body(account, stack) is None:
        refuse_faults(account, stack, TRUSTED)
        cause = "the stack has no state, so everything that it has looks left over."
        raise LiveError(cause, "stage3c adopt SPEC, and then terraform -chdir=FOLDER destroy for what is not needed.")


def count(left: Sequence[Orphan]) -> int:
    """How many would be deleted."""
    return sum(not orphan.stays for orphan in left)


def summary(left: Sequence[Orphan]) -> str:
    """How many can be deleted and how many stay, in a few words."""
    if not left:
        return "nothing is left over"
    return f"{count(left)} left over, {len(left) - count(left)} stay"


def commands(orphan: Orphan) -> Iterator[str]:
    """The commands that delete it, as one would type them after `aws`; none where it stays."""
    removal = orphan.kind.removal
    if orphan.stays or removal is None:
        return
    yield from orphan.prepare
    parts = {name: shlex.quote(part) for name, part in removal.parts_of(orphan.identity).items()}
    yield from (command.format(**parts) for command in removal.commands)


def as_text(stack: Stack, left: Sequence[Orphan]) -> str:
    """What is left, and then how it is deleted."""
    lines = [line for orphan in left for line in _lines(orphan)]
    return "".join(f"{line}\n" for line in [*lines, *_typed(stack, left)])


def as_json(stack: Stack, left: Sequence[Orphan]) -> str:
    """The same for programs."""
    told = [{"kind": o.kind.type, "identity": o.identity, "stays": o.stays, "address": o.address} for o in left]
    whole = {"stack": stack.name, "left": told, "commands": [*_typed(stack, left)]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def record(stack: Stack, left: Sequence[Orphan]) -> str:
    """What is about to be deleted, as AWS describes it: enough to create it again. It contains no secret value."""
    things = [
        {"kind": o.kind.type, "identity": o.identity, "tags": dict(o.tags), "description": _described(o.thing.told)}
        for o in left
        if not o.stays
    ]
    when = datetime.now(UTC).isoformat()
    whole = {"stack": stack.name, "region": stack.region, "time": when, "deleted": things}
    return json.dumps(whole, indent=2, ensure_ascii=False, default=str) + "\n"


def check_unchanged(account: Account, stack: Stack, left: Sequence[Orphan], state: bytes | None) -> None:
    """Refuse where the state, its digest or the account is not what it was when the list was printed."""
    if state_body(account, stack) != state:
        raise LiveError("the state changed since the list was made; nothing was deleted.", "stage3c cleanup SPEC")
    now = orphans(account, stack)
    if list(ordered_ids(now)) != list(ordered_ids(left)):
        raise LiveError("the account changed since the list was made; nothing was deleted.", "stage3c cleanup SPEC")


def delete(account: Account, stack: Stack, left: Sequence[Orphan]) -> Iterator[tuple[str, str]]:
    """Delete one after the other: each command with what is wrong, or an empty text. The first fault is the last row."""
    owner = tags_of_owner(stack)
    going = frozenset(name for each in left if not each.stays for name in each.ids)
    for orphan in (each for each in left if not each.stays):
        try:
            now = look_again(account, orphan, owner)
            why = "it is gone, or its tags changed" if now is None else now.stays or reason_to_keep(account, now, going)
            if now is None or why:
                yield f"{orphan.kind.type} {orphan.identity}", f"it was not deleted: {why}"
                return
            steps = [*commands(prepared(account, now))]
        except Unanswered as reason:
            yield f"{orphan.kind.type} {orphan.identity}", str(reason)
            return
        for command in steps:
            shown = f"aws {command} --region {stack.region}"
            try:
                account.perform(shlex.split(command))
            except Unanswered as reason:
                yield shown, str(reason)
                return
            yield shown, ""


def _typed(stack: Stack, left: Sequence[Orphan]) -> Iterator[str]:
    """The commands as a shell takes them, each for the stack's own region: another may have the same names."""
    yield from (f"aws {command} --region {stack.region}" for orphan in left for command in commands(orphan))


def _lines(orphan: Orphan) -> Iterator[str]:
    where = f"  (adopt: {orphan.address})" if orphan.address else ""
    yield f"{'stays' if orphan.stays else 'left':<8} {orphan.kind.type}  {orphan.identity}{where}"
    if orphan.stays:
        yield f"         {orphan.stays}."


_NOT_RECORDED = frozenset({"environment", "ResponseMetadata"})


def _described(told: Json) -> Json:
    """A description without the environment of containers, where somebody may have written a secret."""
    if isinstance(told, dict):
        return {key: _described(value) for key, value in told.items() if key not in _NOT_RECORDED}
    return [_described(each) for each in told] if isinstance(told, list) else told
