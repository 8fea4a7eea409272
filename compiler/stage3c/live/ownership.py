"""Whose a resource is: established by the tags on the resource itself, never by its name."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.aws.kinds.kind import Aws, Kind, Tags, Thing, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import permission
from stage3c.resources.stack import default_tags

OWNER_TAGS: Final = ("Project", "Environment", "Stack", "ManagedBy")
"""The tags that every resource of a stack carries. Two stacks can share one of them, and never all four."""
Whose = Literal["ours", "nobody", "another", "unknown"]


class Owner(Struct, frozen=True):
    """Whose a resource is, and in words why: the tags that it has, or why they cannot be read."""

    whose: Whose
    why: str = ""
    fix: str = ""
    """What helps where it cannot be read."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The arguments whose change would replace the resource, as AWS has them."""


OURS: Final = Owner("ours")


def tags_of_owner(stack: Stack) -> dict[str, str]:
    """The tags by which a stack's resources are known."""
    tags = default_tags(stack)
    return {name: tags[name] for name in OWNER_TAGS}


def owner_by(tags: Tags, wanted: Mapping[str, str]) -> Owner:
    """Compare the tags of a resource with those of the stack."""
    found = {name: tags[name] for name in OWNER_TAGS if name in tags}
    if found == wanted:
        return OURS
    if found:
        told = ", ".join(f"{name}={value}" for name, value in found.items())
        return Owner("another", f"its tags are {told}, and this stack's are {_written(wanted)}")
    others = f"its tags are {', '.join(sorted(tags))}" if tags else "it has no tags"
    return Owner("nobody", f"nothing shows that it is this stack's: {others}")


def owner_of(aws: Aws, kind: Kind, identity: str, wanted: Mapping[str, str]) -> Owner:
    """Read the tags of one resource and compare them; what cannot be read is never ours."""
    assert kind.look is not None
    assert kind.tags is not None
    try:
        told = kind.look(aws, identity)
        if told is None:
            return Owner("unknown", "it was there a moment ago and is gone")
        owner = owner_by(kind.tags(aws, Thing(identity, told)), wanted)
        settings = {name: told.get(key) for name, key in kind.settings.items() if key}
        return replace(owner, settings={name: str(value) for name, value in settings.items() if value is not None})
    except Unanswered as reason:
        return Owner("unknown", f"its tags cannot be read: {reason}", permission(reason))


def owner_of_part(aws: Aws, kind: Kind, identity: str, wanted: Mapping[str, str]) -> Owner:
    """Whose a part of something of ours is: ours, unless its own tags are another stack's or cannot be read."""
    if kind.tags_of_part is None:
        return OURS
    try:
        owner = owner_by(kind.tags_of_part(aws, identity), wanted)
    except Unanswered as reason:
        return Owner("unknown", f"its tags cannot be read: {reason}", permission(reason))
    return owner if owner.whose == "another" else OURS


def _written(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in tags.items())
