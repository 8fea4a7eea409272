"""The common language in the middle: resources, the references between them, and the graph they form.

Owns the vocabulary that `resources` and `readers` write and that `rules` and `synth` read. Knows no AWS resource,
no spec and no engine; does no I/O.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network
from itertools import chain
from typing import Final, TypeAlias, TypeVar, cast

from msgspec import Struct, field

from stage3c.diagnostics import Path, Span

_PLACE: Final = re.compile(r"\{([0-9]+)\}")
_HOLE: Final = re.compile("\ue000([0-9]+)\ue001")


class Ref(Struct, frozen=True):
    """An attribute of another resource: `Ref("aws_lb.public", "arn")`; without attribute, the resource as a whole."""

    address: str
    attribute: str = "id"

    def __str__(self) -> str:
        """As Terraform writes it inside an expression."""
        return f"{self.address}.{self.attribute}" if self.attribute else self.address


class Expr(Struct, frozen=True):
    """A Terraform expression of the compiler's own making: `{0}`, `{1}` in the template stand for the references.

    The template is trusted text; nothing that a user wrote may stand in it except through `quoted`. To whoever judges a
    graph, an expression is a value that is not known; `UNKNOWN` is one of which nothing at all is known.
    """

    template: str
    refs: tuple[Ref, ...] = ()

    def __str__(self) -> str:
        """As Terraform writes it, without the surrounding `${}`."""
        return _PLACE.sub(lambda place: str(self.refs[int(place[1])]), self.template)


_KEY: Final = re.compile(r"\[[^\]]*\]")
_FOLLOWED_MAX: Final = 20
T = TypeVar("T")
UNKNOWN: Final = Expr("null /* not known */")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text with references in it: `Text("http://", Ref(...))`, joined without separators."""

    parts: tuple["str | Ref | Expr", ...]

    def __init__(self, *parts: "str | Ref | Expr") -> None:
        """Take the parts as arguments, since that is how they read."""
        object.__setattr__(self, "parts", parts)


class Json(Struct, frozen=True):
    """A document that the provider wants as JSON text, such as a policy; references may stand anywhere in its texts."""

    value: "Value"


Value: TypeAlias = "None | bool | int | float | str | Ref | Expr | Text | Json | Sequence[Value] | Mapping[str, Value]"
"""An argument of a resource. Nested blocks are a list of mappings, even where only one may stand."""


class Origin(Struct, frozen=True):
    """Where a resource comes from: a path in the spec, or a span in somebody's Terraform."""

    path: Path = ()
    span: Span | None = None


class Lifecycle(Struct, frozen=True):
    """Terraform's `lifecycle` block, as far as we use it."""

    create_before_destroy: bool = False
    prevent_destroy: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_triggered_by: tuple[str, ...] = ()
    """References as Terraform writes them: `aws_ecs_service.web.id`."""


class Resource(Struct, frozen=True, dict=True):
    """One resource, data source or ephemeral resource, with the arguments it is given.

    What a reader cannot open, a module from a registry, is a resource of the mode `module` with its arguments as
    attributes: whatever these refer to may be wired up in there.
    """

    type: str
    name: str  # with its key where there are several: main, main[0], main["a"]
    attributes: Mapping[str, Value]
    origin: Origin
    mode: str = "resource"  # resource | data | ephemeral | module
    depends_on: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    count: Expr | None = None
    provider: str | None = None  # an alias, such as aws.ephemeral
    module: str = ""  # the path of the module that it stands in: module.network
    certain: bool = True  # whether it exists is known; otherwise its count is not
    spans: Mapping[str, Span] = field(default_factory=dict)  # where an argument stands, if a reader knows
    written_type: str = ""  # another name of its type, such as aws_alb, where somebody wrote that

    @cached_property
    def address(self) -> str:
        """As Terraform names it: `aws_lb.public`, `data.aws_route53_zone.main`, `module.network.aws_vpc.main`."""
        if self.mode == "module":
            return f"{self.module}.module.{self.name}" if self.module else f"module.{self.name}"
        prefix = "" if self.mode == "resource" else f"{self.mode}."
        own = f"{prefix}{self.written_type or self.type}.{self.name}"
        return f"{self.module}.{own}" if self.module else own

    def ref(self, attribute: str = "id") -> Ref:
        """Refer to one of this resource's attributes."""
        return Ref(self.address, attribute)


class Output(Struct, frozen=True):
    """A value that `terraform output` shows."""

    value: Value
    description: str
    is_open: bool = False  # written without `sensitive`, as far as a reader of configurations can tell
    span: Span | None = None


class Graph(Struct, frozen=True, dict=True):
    """A whole stack: resources by address, outputs, and the settings of Terraform itself."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output] = field(default_factory=dict)
    backend: Mapping[str, Value] | None = None
    providers: Sequence[Mapping[str, Value]] = ()
    variables: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    backend_span: Span | None = None
    provider_span: Span | None = None
    moved: Sequence[tuple[str, str]] = ()
    """Addresses that resources had before, with those that they have now."""

    @cached_property
    def _derived(self) -> dict[Callable[..., object], object]:
        return {}

    def derived(self, make: Callable[["Graph"], T]) -> T:
        """What a pure function says of this graph, computed once; many rules ask for the same."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("T", self._derived[make])

    @classmethod
    def of(
        cls,
        resources: Iterable[Resource],
        outputs: Mapping[str, Output] | None = None,
        backend: Mapping[str, Value] | None = None,
        providers: Sequence[Mapping[str, Value]] = (),
        variables: Mapping[str, Mapping[str, Value]] | None = None,
    ) -> "Graph":
        """Collect resources, sorted by address; two of one address are a bug of the caller's."""
        by_address: dict[str, Resource] = {}
        for resource in resources:
            assert resource.address not in by_address, f"two resources are called {resource.address}"
            by_address[resource.address] = resource
        return cls(dict(sorted(by_address.items())), outputs or {}, backend, providers, variables or {})

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources.values():
            if resource.mode == "resource":
                found[resource.type].append(resource)
        return {kind: tuple(members) for kind, members in found.items()}

    def of_type(self, *kinds: str) -> tuple[Resource, ...]:
        """The managed resources of some types, type by type and sorted by address."""
        return tuple(chain.from_iterable(self._by_type.get(kind, ()) for kind in kinds))

    def target(self, value: Value) -> Resource | None:
        """The resource that a reference points at, if it is one and the graph has it."""
        return self.resources.get(value.address) if isinstance(value, Ref) else None

    def resolved(self, value: Value) -> Value:
        """Follow references to arguments that are set: `Ref("aws_subnet.a", "vpc_id")` is what that subnet is given."""
        for _ in range(_FOLLOWED_MAX):
            target = self.target(value)
            if target is None or not isinstance(value, Ref) or target.attributes.get(value.attribute) is None:
                return value
            value = target.attributes[value.attribute]
        return value

    @cached_property
    def _users(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, dict[str, Resource]] = defaultdict(dict)
        for resource in self.resources.values():
            for ref in refs_in(resource.attributes):
                found[ref.address][resource.address] = resource
        return {address: tuple(users.values()) for address, users in found.items()}

    def users(self, resource: Resource, kind: str | None = None) -> tuple[Resource, ...]:
        """Everything whose arguments refer to a resource, or what of it has a type."""
        users = self._users.get(resource.address, ())
        return users if kind is None else tuple(user for user in users if user.type == kind)

    @cached_property
    def _instances(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for address in self.resources:
            if "[" in address:
                found[_KEY.sub("", address)].append(address)
        return {bare: tuple(addresses) for bare, addresses in found.items()}

    def instances_of(self, address: str) -> tuple[str, ...]:
        """The addresses of all instances of what is declared once: `aws_subnet.a` -> `aws_subnet.a[0]`, …."""
        return self._instances.get(address, ())

    def waits_of(self, resource: Resource) -> set[str]:
        """The addresses of everything that Terraform makes before a resource: what it names, and what that names in turn."""
        found: set[str] = set()
        waiting = [resource.address]
        while waiting:
            here = self.resources.get(waiting.pop())
            if here is None:
                continue
            names = {*here.depends_on, *(ref.address for ref in refs_in(here.attributes))}
            names |= {address for name in here.depends_on for address in self.instances_of(name)}
            waiting += names - found
            found |= names
        return found

    @cached_property
    def shown(self) -> frozenset[Ref]:
        """What the outputs refer to, so that somebody outside may use it."""
        return frozenset(ref for output in self.outputs.values() for ref in refs_in(output.value))

    def is_handed_out(self, resource: Resource) -> bool:
        """Tell whether a module that nobody could read is given this resource, and may do anything with it."""
        return any(user.mode == "module" for user in self.users(resource))


def refs_in(value: Value) -> Iterator[Ref]:  # noqa: C901 - one case for each kind of value
    """Every reference inside a value, in order of appearance."""
    match value:
        case Ref():
            yield value
        case Expr(refs=refs):
            yield from refs
        case Text(parts=parts):
            for part in parts:
                yield from refs_in(part)
        case Json(value=inner):
            yield from refs_in(inner)
        case str() | None:
            return
        case Mapping():
            for inner in value.values():
                yield from refs_in(inner)
        case Sequence():
            for inner in value:
                yield from refs_in(inner)
        case _:
            return


def is_known(value: Value) -> bool:
    """Tell whether nothing inside a value is an expression; references count as known."""
    match value:
        case Expr():
            return False
        case Text(parts=members):
            return all(is_known(part) for part in members)
        case Json(value=inner):
            return is_known(inner)
        case Mapping():
            return all(is_known(inner) for inner in value.values())
        case Sequence() if not isinstance(value, str):
            return all(is_known(inner) for inner in value)
        case _:
            return True


def number(value: Value) -> int | None:
    """A whole number, however it was written, or None where it is absent, no number or not known."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else None


def flag(value: Value, default: bool | None = None) -> bool | None:  # noqa: FBT001 - an attribute's own default
    """A boolean, however it was written; the default where it is absent, and None where it is not known."""
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def network(value: Value) -> IPv4Network | None:
    """An IPv4 network, or None where it is absent, another text or not known."""
    try:
        return IPv4Network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return None


def blocks(value: Value) -> list[Mapping[str, Value]]:
    """The nested blocks under a name, however they were written: none, one, or a list; what is unknown is left out."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [block for block in value if isinstance(block, Mapping)]


def items(value: Value) -> list[Value]:
    """The members of a list; a single value counts as a list of one, nothing as an empty one."""
    if value is None:
        return []
    return [value] if isinstance(value, str | Mapping) or not isinstance(value, Sequence) else list(value)


def document(value: Value) -> Value:
    """What a JSON text holds, with the references that stand in it; `UNKNOWN` where it is not known or is no JSON."""
    if isinstance(value, Json):
        return value.value
    parts = value.parts if isinstance(value, Text) else (value,) if isinstance(value, str) else ()
    if any(isinstance(part, str) and "\ue000" in part for part in parts):
        return UNKNOWN
    text = "".join(part if isinstance(part, str) else f"\ue000{number}\ue001" for number, part in enumerate(parts))
    try:
        return _restored(json.loads(text), parts)
    except (ValueError, RecursionError):
        return UNKNOWN


def _restored(value: Value, parts: Sequence[str | Ref | Expr]) -> Value:
    match value:
        case str():
            split = _HOLE.split(value)
            found: list[str | Ref | Expr] = [parts[int(p)] if n % 2 else p for n, p in enumerate(split) if n % 2 or p]
            return found[0] if len(found) == 1 else Text(*found) if found else ""
        case Mapping():
            return {key: _restored(inner, parts) for key, inner in value.items()}
        case Sequence():
            return [_restored(inner, parts) for inner in value]
        case _:
            return value


def quoted(text: str) -> str:
    """Write a text as a literal of Terraform's language, so that nothing in it is an expression."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    escaped = _PLACE.sub(r"\\u007b\1}", escaped.replace("${", "$${").replace("%{", "%%{"))
    return f'"{escaped}"'
