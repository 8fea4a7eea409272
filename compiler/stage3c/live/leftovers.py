"""What is left over of a stack: what carries its tags, is in no state, and is not used by anything.

A resource is offered for deletion only on evidence: its own tags say whose it is, no state of the bucket has its id or
its name, and AWS shows nothing that uses it and no data in it. Whatever cannot be read keeps it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from stage3c.aws.kinds import all_kinds, kind_of, removal_order
from stage3c.aws.kinds.kind import Kind, Tags, Thing, Unanswered, Use
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError, permission, side_by_side
from stage3c.live.adopt import find_wanted, state_of
from stage3c.live.bucket_states import Holdings, holdings
from stage3c.live.ownership import owner_by, tags_of_owner
from stage3c.live.search import OPEN, Found
from stage3c.live.state import NAMES, is_there

_AT_ONCE = 16


class Orphan(Struct, frozen=True):
    """One resource that is left over, or why it stays; the address where `adopt` would take it over, if there is one."""

    kind: Kind
    thing: Thing
    tags: Tags
    stays: str = ""
    address: str = ""
    prepare: tuple[str, ...] = ()
    """The commands that must run first."""
    in_use: bool = False
    """Whether something uses it, or it holds data: then the stack is alive."""

    @property
    def identity(self) -> str:
        """The id by which Terraform would import it."""
        return self.thing.identity

    @property
    def ids(self) -> frozenset[str]:
        """All by which others may name it: its id, and what vanishes with it."""
        removal = self.kind.removal
        with_it = removal.goes_with(self.thing) if removal and removal.goes_with else ()
        return frozenset({self.identity, *with_it} - {""})


def leftovers(account: Account, stack: Stack) -> list[Orphan]:
    """Everything that is left over, in the order in which it can be deleted."""
    state, owner = state_of(account, stack), tags_of_owner(stack)
    wanted = find_wanted(account, stack, state)
    everywhere = holdings(account, stack)
    candidates = {**_tagged(account, owner), **_listed(account, stack), **_found(wanted, state)}
    own = {(held.kind, held.identity) for held in state.values()}
    new = [each for each in candidates.items() if (each[0][0].type, each[0][1]) not in own]
    looked_at = side_by_side(lambda each: _look(account, each[0], each[1], owner), new, _AT_ONCE)
    left = [_kept(each, everywhere) for each in looked_at if each is not None]
    left = _without_used(account, left)
    if not state:
        left = _while_in_use(left, has_state=is_there(account, stack))
    else:
        open_kinds = {address.partition(".")[0] for address, each in wanted.items() if each.outcome in OPEN}
        left = [_wanted(each, open_kinds) for each in left]
    left = _without_used(account, left)
    places = {kind.type: place for place, kind in enumerate(removal_order())}
    left.sort(key=lambda each: (places.get(each.kind.type, len(places)), each.identity))
    return [each if each.stays else prepared(account, each) for each in left]


def prepared(account: Account, orphan: Orphan) -> Orphan:
    """The same with the commands that must run before it can be deleted."""
    prepare = orphan.kind.removal.prepare if orphan.kind.removal else None
    return replace(orphan, prepare=tuple(prepare(account, orphan.thing))) if prepare else orphan


def reason_to_keep(account: Account, orphan: Orphan, going: Collection[str]) -> str:
    """What uses a resource, besides those that go with it, or the data in it; empty where nothing does."""
    removal = orphan.kind.removal
    if removal is None:
        return orphan.kind.stays
    try:
        data = removal.data(account, orphan.thing) if removal.data else ""
        uses: Iterable[Use] = removal.uses(account, orphan.thing) if removal.uses else ()
        use = next((each.what for each in uses if not each.by or each.by not in going), "")
    except Unanswered as reason:
        return f"whether it is in use cannot be read: {reason}"
    return data or (f"it is used by {use}" if use else "")


def look_again(account: Account, orphan: Orphan, owner: Mapping[str, str]) -> Orphan | None:
    """The same resource as it is now, or None where it is gone."""
    return _look(account, (orphan.kind, orphan.identity), orphan.address, owner)


Candidates = dict[tuple[Kind, str], str]


def _tagged(account: Account, owner: Mapping[str, str]) -> Candidates:
    """What AWS's tagging service lists under the stack's tag."""
    filters = [{"Key": "Stack", "Values": [owner["Stack"]]}]
    kinds = [kind for kind in all_kinds() if kind.look]
    found: Candidates = {}
    try:
        resources = "resourcegroupstaggingapi.get_resources"
        for each in account.all(resources, "ResourceTagMappingList", TagFilters=filters):
            for kind in kinds:
                identity = kind.of_arn(each["ResourceARN"])
                if identity:
                    found[kind, identity] = ""
    except Unanswered as reason:
        raise LiveError(
            f"the stack's resources cannot be listed: {reason}.", permission(reason, "tag:GetResources")
        ) from None
    return found


def _listed(account: Account, stack: Stack) -> Candidates:
    """What that service does not list: candidates by name, whose own tags decide."""
    found: Candidates = {}
    for kind in (each for each in all_kinds() if each.listed):
        assert kind.listed is not None
        try:
            names = list(kind.listed(account, stack.name))
        except Unanswered as reason:
            raise LiveError(f"{kind.type} cannot be listed: {reason}.", permission(reason)) from None
        found |= {(kind, name): "" for name in names}
    return found


def _found(wanted: Mapping[str, Found], state: Collection[str]) -> Candidates:
    """What the stack would take over."""
    new = ((address, each) for address, each in wanted.items() if address not in state and each.outcome == "found")
    return {
        (kind_of(address.partition(".")[0]), each.matches[0].identity): address
        for address, each in new
        if kind_of(address.partition(".")[0]).look
    }


def _look(account: Account, which: tuple[Kind, str], address: str, owner: Mapping[str, str]) -> Orphan | None:
    """A candidate as it is; None where it is gone, or is not the stack's."""
    kind, identity = which
    assert kind.look is not None
    try:
        told = kind.look(account, identity)
        if told is None:
            return None
        thing = Thing(identity, told)
        tags = kind.tags(account, thing) if kind.tags else {}
    except Unanswered as reason:
        return Orphan(kind, Thing(identity, {}), {}, f"its tags cannot be read: {reason}", address)
    if kind.tags is None or owner_by(tags, owner).whose != "ours":
        return None
    stays = kind.stays
    if identity.startswith("-"):
        stays = "its name reads like an option of a command: delete it yourself"
    return Orphan(kind, thing, tags, stays, address)


def _kept(orphan: Orphan, everywhere: Holdings) -> Orphan:
    """Keep a resource that a state has, by its id or by its type and name."""
    which, called = (orphan.kind.type, orphan.identity), (orphan.kind.type, _called(orphan))
    if which in everywhere.identities:
        return replace(orphan, stays=f"the state at {everywhere.identities[which]} has it")
    if called[1] and called in everywhere.names:
        why = f"the state at {everywhere.names[called]} has one of its name under another id"
        return replace(orphan, stays=orphan.stays or why)
    return orphan


def _called(orphan: Orphan) -> str:
    keys = (orphan.kind.settings.get(name) for name in NAMES)
    names = (str(orphan.thing.told[key]) for key in keys if key and orphan.thing.told.get(key))
    return next(names, "") or str(orphan.tags.get("Name") or "")


def _without_used(account: Account, left: list[Orphan]) -> list[Orphan]:
    """Keep what is used by something that stays, until nothing changes."""
    while True:
        going = frozenset(name for each in left if not each.stays for name in each.ids)
        reasons = side_by_side(lambda each: each.stays or reason_to_keep(account, each, going), left, _AT_ONCE)  # noqa: B023 - called at once
        if reasons == [each.stays for each in left]:
            return left
        pairs = zip(left, reasons, strict=True)
        left = [each if each.stays else replace(each, stays=why, in_use=bool(why)) for each, why in pairs]


def _while_in_use(left: list[Orphan], *, has_state: bool) -> list[Orphan]:
    """Without a state, keep everything; with an empty one, keep what the stack wants if any of it is in use."""
    if not has_state:
        why = "the stack has no state: stage3c adopt SPEC takes over what it has"
        return [replace(each, stays=each.stays or why) for each in left]
    users = [each for each in left if each.address and each.in_use]
    if not users:
        return left
    why = f"the state is empty and {users[0].identity} is in use: stage3c adopt SPEC takes the stack over"
    return [replace(each, stays=each.stays or why) for each in left]


def _wanted(orphan: Orphan, open_kinds: Collection[str]) -> Orphan:
    """Keep a resource that a stack in use wants, or one of a type for which a choice is pending."""
    if orphan.stays or not (orphan.address or orphan.kind.type in open_kinds):
        return orphan
    return replace(orphan, stays="the stack is in use and wants it, or one like it: stage3c adopt SPEC takes it over")


def ordered_ids(left: Iterable[Orphan]) -> Iterator[tuple[str, str]]:
    """What would be deleted, for comparison."""
    yield from ((each.kind.type, each.identity) for each in left if not each.stays)
