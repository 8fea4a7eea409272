"""Taking over what exists: which address imports what, which addresses have moved, what the user must decide. Pure.

An import is planned for what was found for certain alone, or chosen by the user. What the state knows under an address
that the stack no longer has, and that a new address was found to be, moves; Terraform then destroys nothing. Where it
would destroy something all the same, since its AWS name changes or nobody speaks for it, that is told.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Final

from msgspec import Struct

from stage3c.aws.kinds import kind_of as about
from stage3c.aws.kinds import known
from stage3c.aws.kinds.kind import Match
from stage3c.graph import Graph, refs_in
from stage3c.live.ownership import Owner
from stage3c.live.search import Found, names_of
from stage3c.live.state import NAMES, Held

State = Mapping[str, Held]
Renamed = Mapping[str, frozenset[str]]
_ADDRESS: Final = re.compile(r"(module\.[\w-]+\.)*[a-z0-9_]+\.[\w-]+")
# Whose name AWS changes in place; everything else is made anew under the new one.
_RENAMED_IN_PLACE: Final = frozenset({"aws_db_instance"})
_INSTANCE: Final = re.compile(r"\[[^\]]*\]$")
# What AWS gives to one thing alone; a name may be that of things of two types.
_UNIQUE: Final = re.compile(r"arn:.+|[a-z]+-[0-9a-f]{8,17}")
_REPLACED: Final = "terraform -chdir=FOLDER plan shows all that is replaced; keep the old value to keep the resource."
_GONE: Final = (
    "where a key was renamed, write formerly: OLD, the old one, under the new one in the spec; "
    "--keep ADDRESS lets go of what shall stay as it is."
)
KEYED: Final = ("services", "jobs", "databases", "secrets", "load_balancers")
"""The sections of a spec whose keys can be renamed, and remember what they were."""


class Step(Struct, frozen=True):
    """One line of what adopt tells: what happens to an address, and what is asked of the user about it."""

    outcome: str
    address: str
    identity: str = ""
    cause: str = ""
    fix: str = ""
    by: str = ""


class Adoption(Struct, frozen=True):
    """All of it: the blocks that are written, and the lines that are told."""

    imports: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    stored: tuple[tuple[str, str], ...]
    """Versions of secrets that are stored once more, each with the secret that has its value."""
    steps: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.imports or self.moved or self.removed or self.stored)


def plan(graph: Graph, told: Mapping[str, Found], state: State, renamed: Renamed, kept: Collection[str]) -> Adoption:
    """Lay down what is imported, moved and left alone. `renamed` has old keys by new, `kept` what is let go of, not destroyed."""
    gone = {address: held for address, held in state.items() if address not in told}
    new = {address: found for address, found in told.items() if address not in state}
    moved = dict(_moved(new, gone, renamed))
    taken_over = [
        (a, f.matches[0].identity) for a, f in new.items() if f.outcome == "found" and a not in moved.values()
    ]
    imports = [pair for pair in taken_over if not about(kind_of(pair[0])).stored_again]
    stored = [(address, name.partition("|")[0]) for address, name in taken_over if about(kind_of(address)).stored_again]
    left = [address for address in gone if address not in moved]
    names = (name for address, _ in imports for name in names_of(new[address].matches[0]))
    taken = {name for name in names if _UNIQUE.fullmatch(name)}
    # Terraform lets go of a resource as a whole, with all of its instances.
    let_go = {resource_of(address) for address in left if resource_of(address) in kept or gone[address].names & taken}
    removed = [address for address in left if resource_of(address) in let_go]
    stays = {**{address: address for address in told if address in state}, **moved}
    named = {now for old, now in stays.items() if any(_renamed(graph, state[old], told[now], renamed))}
    before = {now: state[old].settings for old, now in stays.items()}
    live = {address: new[address].owners[0].settings for address, _ in imports if new[address].owners}
    replaced = replacements(graph, told, {**before, **live}, named)
    steps = [
        *(_import(graph, address, new[address].matches[0]) for address, _ in imports),
        *(Step("create", address, cause=f"{about(kind_of(address)).stored_again}.") for address, _ in stored),
        *(Step("move", old, now) for old, now in sorted(moved.items()) if now not in replaced),
        *(Step("let go", address, cause="it stays as it is, and this state forgets it.") for address in removed),
        *(_open(found) for found in new.values() if found.outcome != "found" and found.address not in moved.values()),
        *(step for old, now in stays.items() for step in _renamed(graph, state[old], told[now], renamed)),
        *(Step("replace", address, cause=why, fix=_REPLACED) for address, why in replaced.items() if address in told),
        *(
            _gone(address)
            for address in sorted(left, key=lambda each: _with_it(kind_of(each)) != "")
            if address not in removed
        ),
    ]
    return Adoption(tuple(imports), tuple(sorted(moved.items())), tuple(sorted(let_go)), tuple(stored), tuple(steps))


def replacements(
    graph: Graph, told: Mapping[str, Found], live: Mapping[str, Mapping[str, str]], renamed: Collection[str]
) -> dict[str, str]:
    """The addresses whose resource the next apply replaces, with why: another setting, or something replaced under it.

    `live` has the settings as they are, `renamed` the addresses that are replaced for their name.
    """
    why = {address: _changed(told[address], settings) for address, settings in live.items()}
    found = {address: cause for address, cause in why.items() if cause and address not in renamed}
    left = [address for address in live if address not in found and address not in renamed]
    while True:
        gone = {*found, *renamed}
        under = {address: _under(graph, address, gone) for address in left if address not in found}
        more = {address: f"{other} is replaced, and it depends on that." for address, other in under.items() if other}
        if not more:
            return found
        found |= more


def _changed(found: Found, settings: Mapping[str, str]) -> str:
    for name in about(kind_of(found.address)).settings:
        wanted = found.known.get(name)
        if name in NAMES or name not in settings or not isinstance(wanted, str | int | bool):
            continue
        if str(wanted) != settings[name]:
            return f"{name} changes from {settings[name]} to {wanted}, so apply destroys it and creates another."
    return ""


def _under(graph: Graph, address: str, gone: Collection[str]) -> str:
    attributes = graph.resources[address].attributes
    refs = (ref.address for name in about(kind_of(address)).settings for ref in refs_in(attributes.get(name)))
    return next((each for each in refs if each in gone), "")


def _moved(new: Mapping[str, Found], gone: State, renamed: Renamed) -> Iterator[tuple[str, str]]:
    """Old address and new: by the same thing in AWS, or by the keys that are said to be renamed."""
    left = dict(gone)
    for address, found in new.items():
        kind = address.partition(".")[0]
        names = names_of(found.matches[0]) if found.outcome == "found" else frozenset()
        same = [old for old, held in left.items() if kind_of(old) == kind and held.names & names]
        before = same if len(same) == 1 else [old for old in _before(address, renamed) if old in left]
        if len(before) == 1:
            del left[before[0]]
            yield before[0], address


def _before(address: str, renamed: Renamed) -> Iterator[str]:
    """The addresses that something may have had: its keys as they are now or were before, but not all as they are now."""
    kind, _, name = address.partition(".")
    for keys in product(*([*renamed.get(key, ()), key] for key in name.split("_"))):
        if "_".join(keys) != name:
            yield f"{kind}.{'_'.join(keys)}"


def resource_of(address: str) -> str:
    """The address of the resource that an instance belongs to."""
    return _INSTANCE.sub("", address)


def kind_of(address: str) -> str:
    """The type of what stands at an address, be it in a module."""
    return resource_of(address).split(".")[-2]


def _renamed(graph: Graph, held: Held, found: Found, renamed: Renamed) -> Iterator[Step]:
    """What happens to a thing whose AWS name is not the one that the stack will give it."""
    kind, address = found.address.partition(".")[0], found.address
    if not held.called or not found.wants or held.called == found.wants:
        return
    change = f"its AWS name changes from {held.called} to {found.wants}"
    if kind in _RENAMED_IN_PLACE:
        yield Step("rename", address, cause=f"{change}, in place.")
        return
    section, key = (*map(str, graph.resources[address].origin.path), "", "")[:2]
    old = " or ".join(sorted(renamed.get(key, ()))) or "OLD, its old key,"
    keep = f"write formerly: {old} under {section}.{key} in the spec, and every AWS name stays."
    again = "give it the project, environment and names again that it was made with."
    with_it = _with_it(kind)
    cause = f"{change}: apply destroys it{with_it} and makes another."
    yield Step("replace", address, cause=cause, fix=keep if section in KEYED and key else again)


def _with_it(kind: str) -> str:
    found = known(kind)
    return f" with {found.holds}" if found and found.holds else ""


def _import(graph: Graph, address: str, match: Match) -> Step:
    resource = graph.resources[address]
    unread = ", ".join(about(resource.type).not_read)
    note = f"the plan may set {unread}, which cannot be read from AWS." if unread else ""
    return Step("import", address, match.identity, note, by=match.by)


def _gone(address: str) -> Step:
    """What a renamed key has left behind looks the same as what was taken out of the spec."""
    kind = kind_of(address)
    with_it = _with_it(kind)
    cause = f"the state knows it and the stack has it no longer: apply destroys it{with_it}."
    return Step("destroy", address, cause=cause, fix=_GONE)


def _open(found: Found) -> Step:
    address = found.address
    if found.outcome == "choose":
        pairs = list(zip(found.matches, found.owners, strict=True))
        cause = "; ".join(f"{match.identity}: {_whose(found, owner)}" for match, owner in pairs)
        fixes = " or ".join(f"stage3c adopt SPEC --choose {address}={match.identity}" for match, _ in pairs)
        return Step("choose", address, ", ".join(match.identity for match, _ in pairs), f"{cause}.", fixes)
    if found.outcome == "waits":
        return Step("waits", address, cause=f"it is looked for once {found.reason} is decided.")
    if found.outcome == "unknown":
        return Step("unknown", address, cause=f"{found.reason}.", fix=found.fix)
    if found.outcome == "not imported":
        return Step("create", address, cause=f"{found.reason}.")
    return Step("create", address)


def _whose(found: Found, owner: Owner) -> str:
    """Whose a candidate is, and what an import would change of it."""
    if owner.whose == "ours":
        return "it has the tags of this stack"
    change = _changed(found, owner.settings)
    kind = about(kind_of(found.address))
    tags = "an import sets this stack's tags on it" if kind.tags or kind.tags_of_part else ""
    return "; ".join(filter(None, (owner.why, tags, change.removesuffix("."))))


def as_pairs(texts: Collection[str]) -> dict[str, frozenset[str]] | None:
    """`ADDRESS=ID` arguments by address, or None where one is not of that form."""
    pairs: dict[str, frozenset[str]] = {}
    for text in texts:
        address, sign, identity = text.partition("=")
        if not sign or not identity or not _ADDRESS.fullmatch(address):
            return None
        pairs[address] = pairs.get(address, frozenset()) | {identity}
    return pairs
