"""What Terraform replaces and destroys between two `main.tf.json`, by the arguments that are recorded in the kinds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from stage3c.aws.facts import load
from stage3c.aws.kinds import known
from stage3c.change.written import Body, Written, kind_at, references, renamed

_FOLLOWED_MAX: Final = 10
_WHOLE: Final = re.compile(r"\$\{(aws_\w+\.[\w-]+)\.(\w+)\}")
LETS_GO: Final = {
    "aws_subnet": ("aws_route_table_association",),
    "aws_lb_target_group": ("aws_lb_listener", "aws_lb_listener_rule"),
}
"""What may refer to a resource without using it: it is updated in place when the resource goes."""


class Change(Struct, frozen=True):
    """One resource that Terraform replaces or destroys: the arguments that make it so, or what it depends on."""

    address: str
    action: str  # replace | destroy
    arguments: tuple[str, ...] = ()
    because: str = ""
    users: tuple[str, ...] = ()
    """What stays and uses it."""

    heirs: tuple[str, ...] = ()
    """What of its type the change makes anew."""

    written_type: str = ""
    """Its type, also where the address is in a module."""

    @property
    def kind(self) -> str:
        """Its type."""
        return self.written_type or kind_at(self.address)


def changes(before: Written, after: Written, moved: Mapping[str, str]) -> list[Change]:
    """All of them by address. `moved` has new addresses by old; an old address in `before` counts as the new one."""
    old = {moved.get(address, address): renamed(body, moved) for address, body in before.resources.items()}
    found = {address: Change(address, "destroy") for address in old if address not in after.resources}
    while more := {
        address: change
        for address, body in old.items()
        if address not in found and (change := _replaced(address, body, old, after.resources, found))
    }:
        found |= more
    made = [address for address in after.resources if address not in old]
    return [
        replace(
            each,
            users=tuple(_users(each.address, old, after, found)),
            heirs=tuple(address for address in made if kind_at(address) == each.kind),
        )
        for each in sorted(found.values(), key=lambda each: each.address)
    ]


def _replaced(
    address: str, body: Body, old: Mapping[str, Body], new: Mapping[str, Body], gone: Mapping[str, Change]
) -> Change | None:
    kind, now = known(kind_at(address)), new[address]
    forced = kind.replaced_by if kind else ()
    arguments = tuple(each for each in forced if _differs(kind_at(address), each, body, now, old, new))
    if arguments:
        return Change(address, "replace", arguments)
    for argument in forced:
        for other, attribute in sorted(references(_at(now, argument))):
            if other in gone and other in new and not _is_set(new[other].get(attribute)):
                return Change(address, "replace", (argument,), other)
    lifecycle = now.get("lifecycle")
    triggers = lifecycle.get("replace_triggered_by", ()) if isinstance(lifecycle, Mapping) else ()
    other = next((name for each in triggers if (name := str(each).rpartition(".")[0]) in gone), "")
    return Change(address, "replace", (), other) if other else None


def _is_set(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Tell whether an attribute is known before apply."""
    return isinstance(value, str | int) and "${" not in str(value)


def _differs(kind: str, argument: str, body: Body, now: Body, old: Mapping[str, Body], new: Mapping[str, Body]) -> bool:
    one, other = _at(body, argument), _at(now, argument)
    if other is None and (one is None or "c" in _flags(kind, argument)):
        return False  # what is no longer set keeps its value where AWS or the provider computes one
    return _text(_resolved(one, old)) != _text(_resolved(other, new))


def _at(body: Body, argument: str) -> Any:  # noqa: ANN401 - JSON is anything
    """An argument, or one inside a block: `block.argument`."""
    name, _, inner = argument.partition(".")
    value = body.get(name)
    if not inner:
        return value
    blocks = value if isinstance(value, list) else [value]
    found = [block.get(inner) for block in blocks if isinstance(block, Mapping)]
    return found if any(each is not None for each in found) else None


def _flags(kind: str, argument: str) -> str:
    fact = load("provider")["resource"].get(kind, {}).get(argument.partition(".")[0], ["", ""])
    return fact[0] if isinstance(fact[0], str) and len(fact) == 2 else ""  # noqa: PLR2004 - a block has four


def _resolved(value: Any, resources: Mapping[str, Body]) -> Any:  # noqa: ANN401 - JSON is anything
    """A value in which references to what is written out are replaced by it."""
    if isinstance(value, Mapping):
        return {key: _resolved(inner, resources) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, resources) for inner in value]
    for _ in range(_FOLLOWED_MAX):
        found = _WHOLE.fullmatch(value) if isinstance(value, str) else None
        target = resources.get(found[1], {}).get(found[2]) if found else None
        if not isinstance(target, str | int):
            return value
        value = target
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """A value so that `80` and `"80"` are equal, and so are lists in another order."""
    if isinstance(value, Mapping):
        return repr(sorted((key, _text(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return repr(sorted(map(_text, value)))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _users(address: str, old: Mapping[str, Body], after: Written, gone: Mapping[str, Change]) -> Iterator[str]:
    """What stays in the stack and uses a resource before the change."""
    passed = LETS_GO.get(kind_at(address), ())
    for other, body in old.items():
        stays = other in after.resources and other != address and gone.get(other, Change("", "")).action != "destroy"
        if stays and kind_at(other) not in passed and any(name == address for name, _ in references(dict(body))):
            yield other
