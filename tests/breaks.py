"""Every break of a compiled stack, one place at a time.

Deletions: every resource, nested block, argument, list member, key of a document and dependency. Cross-wirings: every reference
to another resource of its type, every list of references to others, every resource in a provider of another region. Changes:
every port, path, number, text and switch.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text, Value

Place = tuple[str | int, ...]
_SWAPS_MAX = 3
_ELSEWHERE = {"alias": "elsewhere", "region": "sa-east-1"}


class Mutant(Struct, frozen=True):
    """A stack with one break in it."""

    kind: str  # delete | drop | swap | move | change
    address: str
    place: Place
    detail: str
    graph: Graph
    was: Value = None

    @property
    def name(self) -> str:
        """The break in one line."""
        where = ".".join(str(part) for part in (self.address, *self.place))
        return f"{self.kind} {where}{f' {self.detail}' if self.detail else ''}"


Change = tuple[str, Place, str, Value, Value]
"""Kind, place, detail, what stood there, and the whole value around it as it is now."""


def mutants(graph: Graph) -> Iterator[Mutant]:
    """Every break of a graph."""
    for address, resource in graph.resources.items():
        others = {key: other for key, other in graph.resources.items() if key != address}
        yield Mutant("delete", address, (), "", replace(graph, resources=others))
        yield _moved(graph, resource)
        for kind, place, detail, was, attributes in _in_mapping(graph, resource.attributes, ()):
            assert isinstance(attributes, Mapping)
            changed = _with(graph, replace(resource, attributes=attributes))
            yield Mutant(kind, address, place, detail, changed, was)
        for position, wait in enumerate(resource.depends_on):
            waits = resource.depends_on[:position] + resource.depends_on[position + 1 :]
            mutant = _with(graph, replace(resource, depends_on=waits))
            yield Mutant("drop", address, ("depends_on",), wait, mutant, wait)


def _with(graph: Graph, resource: Resource) -> Graph:
    return replace(graph, resources={**graph.resources, resource.address: resource})


def _moved(graph: Graph, resource: Resource) -> Mutant:
    """The resource as Terraform would make it with a provider of another region."""
    moved = _with(graph, replace(resource, provider="aws.elsewhere"))
    providers = (*graph.providers, _ELSEWHERE)
    return Mutant("move", resource.address, (), "", replace(moved, providers=providers))


def _inside(graph: Graph, value: Value, place: Place) -> Iterator[Change]:
    match value:
        case Json(value=inner):
            for kind, at, detail, was, changed in _inside(graph, inner, place):
                yield kind, at, detail, was, Json(changed)
        case Ref():
            yield from (("swap", place, str(other), value, other) for other in _others(graph, value))
        case Text(parts=parts):
            for position, part in enumerate(parts):
                for kind, at, detail, was, changed in _inside(graph, part, (*place, position)):
                    assert isinstance(changed, str | Ref | Expr)
                    yield kind, at, detail, was, Text(*parts[:position], changed, *parts[position + 1 :])
        case Mapping():
            yield from _in_mapping(graph, value, place)
        case str() | bool() | int() | float():
            yield from (("change", place, f"to {new!r}", value, new) for new in _other_values(value, place))
        case Sequence():
            yield from _in_list(graph, value, place)


def _in_mapping(graph: Graph, value: Mapping[str, Value], place: Place) -> Iterator[Change]:
    for key, inner in value.items():
        if inner is None:
            continue
        rest = {name: other for name, other in value.items() if name != key}
        yield _removal(inner), (*place, key), "", inner, rest
        for kind, at, detail, was, changed in _inside(graph, inner, (*place, key)):
            yield kind, at, detail, was, {**value, key: changed}


def _in_list(graph: Graph, value: Sequence[Value], place: Place) -> Iterator[Change]:
    for position, inner in enumerate(value):
        rest = [*value[:position], *value[position + 1 :]]
        if rest or len(place) > 1:
            yield _removal(inner), (*place, position), "", inner, rest
        for kind, at, detail, was, changed in _inside(graph, inner, (*place, position)):
            yield kind, at, detail, was, [*value[:position], changed, *value[position + 1 :]]
    for others in _other_lists(graph, value):
        yield "swap", place, " ".join(map(str, others)), value, others


def _removal(value: Value) -> str:
    """To leave out a nested block is to delete it; anything else is dropped."""
    is_block = isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(member, Mapping) for member in value)
    )
    return "delete" if is_block else "drop"


def _alike(graph: Graph, ref: Ref) -> list[Resource]:
    """The other resources of the type that a reference points at."""
    target = graph.resources.get(ref.address)
    if target is None:
        return []
    return [r for r in graph.resources.values() if (r.type, r.mode) == (target.type, target.mode) and r is not target]


def _others(graph: Graph, ref: Ref) -> list[Ref]:
    """The same attribute of other resources of the type, spread over all of them."""
    alike = _alike(graph, ref)
    step = max(1, -(-len(alike) // _SWAPS_MAX))
    return [Ref(other.address, ref.attribute) for other in alike[::step]]


def _other_lists(graph: Graph, value: Sequence[Value]) -> list[list[Value]]:
    """As many others of the type: the first ones and the last ones, such as the subnets of another tier."""
    refs = [member for member in value if isinstance(member, Ref)]
    if len(refs) < 2 or len(refs) != len(value):
        return []
    taken = {ref.address for ref in refs}
    free = [Ref(other.address, refs[0].attribute) for other in _alike(graph, refs[0]) if other.address not in taken]
    chosen = [free[: len(refs)], free[-len(refs) :]] if len(free) >= len(refs) else []
    return [list[Value](others) for others in chosen[: 2 if len(free) > len(refs) else 1]]


def _other_values(value: str | float, place: Place) -> list[Value]:
    """Breaks of a literal: a switch the other way round, a number too high or too low, a text that names something else."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, 0] if value else [value + 1]
    if value.isdigit():
        return [str(int(value) + 1)]
    if ":" in str(place[-1]) or not value:
        return []
    return [f"{value}x"]
