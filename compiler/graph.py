"""The common language in the middle: resources, the references between them, and the graph they form.

Owns the vocabulary that `resources` and `readers` write and that `rules` and `synth` read. Knows no AWS resource,
no spec and no engine; does no I/O.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from compiler.diagnostics import Path, Span

_PLACE: Final = re.compile(r"\{([0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Ref:
    """An attribute of another resource: `Ref("aws_lb.public", "arn")`; without attribute, the resource as a whole."""

    address: str
    attribute: str = "id"

    def __str__(self) -> str:
        """As Terraform writes it inside an expression."""
        return f"{self.address}.{self.attribute}" if self.attribute else self.address


@dataclass(frozen=True, slots=True)
class Expr:
    """A Terraform expression of the compiler's own making: `{0}`, `{1}` in the template stand for the references.

    The template is trusted text; nothing that a user wrote may stand in it except through `quoted`.
    """

    template: str
    refs: tuple[Ref, ...] = ()

    def __str__(self) -> str:
        """As Terraform writes it, without the surrounding `${}`."""
        return _PLACE.sub(lambda place: str(self.refs[int(place[1])]), self.template)


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text with references in it: `Text("http://", Ref(...))`, joined without separators."""

    parts: tuple["str | Ref | Expr", ...]

    def __init__(self, *parts: "str | Ref | Expr") -> None:
        """Take the parts as arguments, since that is how they read."""
        object.__setattr__(self, "parts", parts)


@dataclass(frozen=True, slots=True)
class Json:
    """A document that the provider wants as JSON text, such as a policy; references may stand anywhere in its texts."""

    value: "Value"


Value: TypeAlias = "None | bool | int | float | str | Ref | Expr | Text | Json | Sequence[Value] | Mapping[str, Value]"
"""An argument of a resource. Nested blocks are a list of mappings, even where only one may stand."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a resource comes from: a path in the spec, or a span in somebody's Terraform."""

    path: Path = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Terraform's `lifecycle` block, as far as we use it."""

    create_before_destroy: bool = False
    prevent_destroy: bool = False
    ignore_changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """One resource, data source or ephemeral resource, with the arguments it is given."""

    type: str
    name: str
    attributes: Mapping[str, Value]
    origin: Origin
    mode: str = "resource"  # resource | data | ephemeral
    depends_on: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    count: Expr | None = None
    provider: str | None = None  # an alias, such as aws.ephemeral

    @property
    def address(self) -> str:
        """As Terraform names it: `aws_lb.public`, `data.aws_route53_zone.main`."""
        prefix = "" if self.mode == "resource" else f"{self.mode}."
        return f"{prefix}{self.type}.{self.name}"

    def ref(self, attribute: str = "id") -> Ref:
        """Refer to one of this resource's attributes."""
        return Ref(self.address, attribute)


@dataclass(frozen=True, slots=True)
class Output:
    """A value that `terraform output` shows."""

    value: Value
    description: str


@dataclass(frozen=True)
class Graph:
    """A whole stack: resources by address, outputs, and the settings of Terraform itself."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output] = field(default_factory=dict)
    backend: Mapping[str, Value] | None = None
    providers: Sequence[Mapping[str, Value]] = ()
    variables: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

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

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """The managed resources of a type, sorted by address."""
        return self._by_type.get(kind, ())

    def target(self, value: Value) -> Resource | None:
        """The resource that a reference points at, if it is one and the graph has it."""
        return self.resources.get(value.address) if isinstance(value, Ref) else None


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


def quoted(text: str) -> str:
    """Write a text as a literal of Terraform's language, so that nothing in it is an expression."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    escaped = _PLACE.sub(r"\\u007b\1}", escaped.replace("${", "$${").replace("%{", "%%{"))
    return f'"{escaped}"'
