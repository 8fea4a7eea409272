"""What is left over of a stack: what carries its tag, or is what it would make, and is in no state.

Laid down in the order in which AWS lets it go, each with its commands. Nothing is deleted here but what is asked for by
name, and never what holds data.
"""

import json
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, Json, LiveError, Unanswered, asked
from stage3c.live.adopt import search, state_of
from stage3c.live.adoption import kind_of
from stage3c.live.checks import state_digest, state_lock
from stage3c.live.deletions import DELETIONS, Deletion, Parts
from stage3c.live.remains import held, is_gone
from stage3c.live.search import OPEN, TAG, Found, names_of, tagged
from stage3c.live.state import is_there

_MANAGED_BY_AWS = "aws:secretsmanager:owningService"


@dataclass(frozen=True, slots=True)
class Orphan:
    """One thing that is left over: its commands, or why it stays; the address where `adopt` would take it over.

    What stands in `before` is done to all of its kind before any of them is deleted.
    """

    kind: str
    identity: str
    before: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    stays: str = ""
    address: str = ""


def orphans(account: Account, stack: Stack) -> list[Orphan]:
    """Everything that is left over, in the order in which it can be deleted."""
    state = state_of(account, stack)
    in_state = frozenset(name for held in state.values() for name in held.names)
    everything = _tagged(account)
    wanted = search(account, stack, state, {}, {arn: tags[TAG] for arn, tags in everything.items()})
    told = {address: found for address, found in wanted.items() if address not in state and found.outcome == "found"}
    ours = [arn for arn, tags in everything.items() if tags[TAG] == stack.name and _MANAGED_BY_AWS not in tags]
    arns = [arn for arn in ours if arn not in in_state]
    left = [orphan for deletion in DELETIONS for orphan in _of_kind(account, deletion, arns, told, in_state)]
    databases = [orphan.identity for orphan in left if orphan.kind == "aws_db_instance"]
    needed = held(account, databases)
    wanted_kinds = {
        kind_of(address) for address, each in wanted.items() if address not in state and each.outcome in OPEN
    }
    return [_kept(orphan, needed, databases, wanted_kinds if state else None) for orphan in left]


def _kept(
    orphan: Orphan, needed: Mapping[tuple[str, str], str], databases: Sequence[str], wanted: Collection[str] | None
) -> Orphan:
    """The same, but that it stays where something else needs it.

    `wanted` has the kinds of which the stack wants one that nobody has chosen yet; None where nothing of it is in use.
    """
    why = orphan.stays or needed.get((orphan.kind, orphan.identity), "")
    if not why and databases and orphan.kind == "aws_secretsmanager_secret":
        why = f"database {databases[0]} stays, and this may hold its password"
    if not why and wanted is not None and (orphan.address or orphan.kind in wanted):
        why = "the stack is in use and wants it, or one like it: stage3c adopt SPEC takes it over"
    return replace(orphan, stays=why, before=(), commands=()) if why else orphan


def check_state(account: Account, stack: Stack) -> None:
    """Refuse to delete by a state that may not tell the truth: none, one that is being written, one that is not the last."""
    try:
        if not asked(lambda: is_there(account, stack)):
            cause = "the stack has no state, so everything that it has looks left over."
            raise LiveError(cause, "stage3c adopt SPEC takes it over; what shall go is then gone by terraform destroy.")
        for check in (each for each in (state_lock.CHECK, state_digest.CHECK) if each.concerns(stack)):
            answer = asked(lambda check=check: check.ask(account, stack))  # type: ignore[misc] # bound at once
            for problem in check.judge(stack, answer):
                raise LiveError(problem.cause, problem.fix)
    except Unanswered as reason:
        raise LiveError(f"the state cannot be trusted: {reason}.", "stage3c preflight SPEC") from None


def script(left: Sequence[Orphan]) -> Iterator[str]:
    """The commands, each as one would type it after `aws`, in an order that works."""
    for _, members in groupby(left, key=lambda orphan: orphan.kind):
        of_one_kind = list(members)
        yield from (command for orphan in of_one_kind for command in orphan.before)
        yield from (command for orphan in of_one_kind for command in orphan.commands)


def as_text(stack: Stack, left: Sequence[Orphan]) -> str:
    """What is left, and then how it is deleted."""
    lines = [line for orphan in left for line in _lines(orphan)]
    return "".join(f"{line}\n" for line in [*lines, *_typed(stack, left)])


def as_json(stack: Stack, left: Sequence[Orphan]) -> str:
    """The same for programs."""
    told = [{"kind": o.kind, "identity": o.identity, "stays": o.stays, "address": o.address} for o in left]
    whole = {"stack": stack.name, "left": told, "commands": [*_typed(stack, left)]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _typed(stack: Stack, left: Sequence[Orphan]) -> Iterator[str]:
    """The commands as a shell takes them, each for the stack's own region: another may have the same names."""
    yield from (f"aws {command} --region {stack.region}" for command in script(left))


def delete(account: Account, left: Sequence[Orphan]) -> Iterator[tuple[str, str]]:
    """Do it: each command with what AWS said against it, or an empty text. One that fails does not end the others."""
    for command in script(left):
        try:
            asked(lambda command=command: account.perform(shlex.split(command)))  # type: ignore[misc] # bound at once
            yield command, ""
        except Unanswered as reason:
            yield command, str(reason)


def _lines(orphan: Orphan) -> Iterator[str]:
    where = f"  (adopt: {orphan.address})" if orphan.address else ""
    yield f"{'stays' if orphan.stays else 'left':<8} {orphan.kind}  {orphan.identity}{where}"
    if orphan.stays:
        yield f"         {orphan.stays}."


def _tagged(account: Account) -> dict[str, dict[str, str]]:
    """All that carries a stack's tag; what AWS keeps and deletes by itself is among it."""
    try:
        return tagged(account)
    except Unanswered as reason:
        raise LiveError(f"what carries a stack's tag cannot be listed: {reason}.", "allow tag:GetResources.") from None


def _of_kind(
    account: Account, deletion: Deletion, arns: Sequence[str], told: Mapping[str, Found], in_state: frozenset[str]
) -> Iterator[Orphan]:
    client = account.client(deletion.service)
    things = {identity: (parts, address) for identity, parts, address in _things(deletion, arns, told, in_state)}
    for identity, (parts, address) in things.items():
        if is_gone(client, deletion.kind, parts):
            continue
        stays = _stays(deletion, client, parts)
        yield Orphan(
            deletion.kind,
            identity,
            () if stays else tuple(_before(deletion, client, parts)),
            () if stays else tuple(_filled(command, parts) for command in deletion.commands),
            stays,
            address,
        )


def _things(
    deletion: Deletion, arns: Sequence[str], told: Mapping[str, Found], in_state: frozenset[str]
) -> Iterator[tuple[str, Parts, str]]:
    """The id, the parts of its commands, and the address where it has one."""
    for arn in arns:
        parts = deletion.parts_of_arn(arn)
        if parts is not None and (parts["id"] or arn) not in in_state:
            yield parts["id"] or arn, {**parts, "id": parts["id"] or arn}, ""
    for address, found in told.items():
        match, kind = found.matches[0], address.partition(".")[0]
        parts = deletion.parts_of_identity(match.identity) if kind == deletion.kind else None
        if parts is not None and not names_of(match) & in_state:
            yield parts["id"], parts, address


def _stays(deletion: Deletion, client: Json, parts: Parts) -> str:
    if any(part.startswith("-") for part in parts.values()):
        return "its name reads like an option of a command: delete it yourself"
    if deletion.keeps is None:
        return ""
    try:
        return str(asked(lambda: deletion.keeps(client, parts)))  # type: ignore[misc] # it is there
    except Unanswered as reason:
        return f"whether it holds data is not known, since {reason}"


def _before(deletion: Deletion, client: Json, parts: Parts) -> list[str]:
    if deletion.before is None:
        return []
    try:
        return list(asked(lambda: [*deletion.before(client, parts)]))  # type: ignore[misc] # likewise
    except Unanswered:
        return []  # what it is tied to is then said by AWS, when it refuses to delete it


def _filled(command: str, parts: Parts) -> str:
    return command.format(**{name: shlex.quote(part) for name, part in parts.items()})
