"""How many breaks of a working stack are caught: `python -m tests.mutation [STACK …] [--survivors]`.

Takes each compiled stack and breaks it in one place at a time: every resource deleted; every argument, list member, key of a
document and dependency dropped; every reference swapped for that of another resource of its type; every port, path, key, number,
text and switch changed. A mutant is caught by a rule that judges graphs, by the provider's schema, or by the real `terraform
validate`. What is no break is listed in `tests/harmless.py`, each with its reason, and does not count.
"""

import argparse
import json
import multiprocessing
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text, Value
from stage3c.output import synth
from stage3c.pipeline import compile_spec
from stage3c.readers import provider_schema
from stage3c.rules import catalogue

from tests import terraform
from tests.conftest import ROOT
from tests.harmless import reason_of

Place = tuple[str | int, ...]
_SWAPS_MAX = 3


class Mutant(Struct, frozen=True):
    """A stack with one break in it."""

    kind: str  # delete | drop | swap | change
    address: str
    place: Place
    detail: str
    graph: Graph

    @property
    def name(self) -> str:
        """The break in one line."""
        where = ".".join(str(part) for part in (self.address, *self.place))
        return f"{self.kind} {where}{f' {self.detail}' if self.detail else ''}"


class Verdict(Struct, frozen=True):
    """What became of a mutant: the codes that caught it, `terraform`, or the reason why it is harmless."""

    name: str
    caught_by: tuple[str, ...]
    harmless: str = ""


def mutants(graph: Graph) -> Iterator[Mutant]:
    """Every break of a graph."""
    for address, resource in graph.resources.items():
        others = {key: other for key, other in graph.resources.items() if key != address}
        yield Mutant("delete", address, (), "", replace(graph, resources=others))
        for kind, place, detail, attributes in _changes(graph, resource):
            yield Mutant(kind, address, place, detail, _with(graph, replace(resource, attributes=attributes)))
        for position, wait in enumerate(resource.depends_on):
            waits = resource.depends_on[:position] + resource.depends_on[position + 1 :]
            mutant = _with(graph, replace(resource, depends_on=waits))
            yield Mutant("drop", address, ("depends_on",), wait, mutant)


def _with(graph: Graph, resource: Resource) -> Graph:
    return replace(graph, resources={**graph.resources, resource.address: resource})


def _changes(graph: Graph, resource: Resource) -> Iterator[tuple[str, Place, str, Mapping[str, Value]]]:
    for name, value in resource.attributes.items():
        if value is None:
            continue
        rest = {key: other for key, other in resource.attributes.items() if key != name}
        yield "drop", (name,), "", rest
        for kind, place, detail, changed in _inside(graph, value, (name,)):
            yield kind, place, detail, {**resource.attributes, name: changed}


def _inside(graph: Graph, value: Value, place: Place) -> Iterator[tuple[str, Place, str, Value]]:
    match value:
        case Json(value=inner):
            for kind, at, detail, changed in _inside(graph, inner, place):
                yield kind, at, detail, Json(changed)
        case Ref():
            yield from (("swap", place, str(other), other) for other in _others(graph, value))
        case Text(parts=parts):
            for position, part in enumerate(parts):
                for kind, at, detail, changed in _inside(graph, part, (*place, position)):
                    assert isinstance(changed, str | Ref | Expr)
                    yield kind, at, detail, Text(*parts[:position], changed, *parts[position + 1 :])
        case Mapping():
            yield from _in_mapping(graph, value, place)
        case str() | bool() | int() | float():
            yield from (("change", place, f"to {changed!r}", changed) for changed in _other_values(value, place))
        case Sequence():
            yield from _in_list(graph, value, place)


def _in_mapping(graph: Graph, value: Mapping[str, Value], place: Place) -> Iterator[tuple[str, Place, str, Value]]:
    for key, inner in value.items():
        if inner is None:
            continue
        yield "drop", (*place, key), "", {name: other for name, other in value.items() if name != key}
        for kind, at, detail, changed in _inside(graph, inner, (*place, key)):
            yield kind, at, detail, {**value, key: changed}


def _in_list(graph: Graph, value: Sequence[Value], place: Place) -> Iterator[tuple[str, Place, str, Value]]:
    for position, inner in enumerate(value):
        rest = [*value[:position], *value[position + 1 :]]
        if rest or len(place) > 1:
            yield "drop", (*place, position), "", rest
        for kind, at, detail, changed in _inside(graph, inner, (*place, position)):
            yield kind, at, detail, [*value[:position], changed, *value[position + 1 :]]


def _others(graph: Graph, ref: Ref) -> list[Ref]:
    """The same attribute of other resources of the type: those that stand nearest by name come first."""
    target = graph.resources.get(ref.address)
    if target is None:
        return []
    alike = [r for r in graph.resources.values() if (r.type, r.mode) == (target.type, target.mode) and r is not target]
    return [Ref(other.address, ref.attribute) for other in alike[:_SWAPS_MAX]]


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


def findings(graph: Graph) -> set[tuple[str, str]]:
    """What rules say of a graph: code and cause."""
    rules = [rule for rule in catalogue().values() if rule.check_graph]
    return {(rule.id, found.cause) for rule in rules if rule.check_graph for found in rule.check_graph(graph)}


def verdict(mutant: Mutant, before: set[tuple[str, str]]) -> Verdict:
    """Judge one mutant: what is said of it that was not said before."""
    broken = ("schema",) if provider_schema.check(mutant.graph) else ()
    codes = {code for code, _ in findings(mutant.graph) - before}
    caught = (*broken, *sorted(codes))
    return Verdict(mutant.name, caught, "" if caught else reason_of(mutant.kind, mutant.address, mutant.place))


def refused_by_terraform(graph: Graph, survivors: Sequence[Mutant]) -> set[str]:
    """Those that `terraform validate` refuses: each broken resource is put beside the others, under a name of its own."""
    copies = {f"mutant_{number}": mutant for number, mutant in enumerate(survivors) if mutant.kind != "delete"}
    broken = [replace(mutant.graph.resources[mutant.address], name=name) for name, mutant in copies.items()]
    everything = Graph.of((*graph.resources.values(), *broken), {}, None, graph.providers, graph.variables)
    with tempfile.TemporaryDirectory() as folder:
        text = synth.to_json_text(synth.synthesize(everything, "mutants", "mutants"))
        Path(folder, "main.tf.json").write_text(text, encoding="utf-8")
        done = terraform.init(Path(folder))
        assert done.returncode == 0, done.stderr
        said = json.loads(terraform.run(Path(folder), "validate", "-json").stdout)
    refused = {str(d.get("address", "")).rpartition(".")[2] for d in said["diagnostics"] if d["severity"] == "error"}
    return {mutant.name for name, mutant in copies.items() if name in refused}


def graphs() -> dict[str, Graph]:
    """Every compiled stack of `specs/`, by name."""
    found = {}
    for spec in sorted((ROOT / "specs").glob("*.yaml")):
        for build in compile_spec(spec.read_bytes(), str(spec)).builds:
            assert build.graph, spec
            found[build.stack_name] = build.graph
    return found


def score(stack: str) -> list[Verdict]:
    """Judge every mutant of a stack; what no rule catches is put to Terraform, where there is one."""
    graph = graphs()[stack]
    before = findings(graph)
    judged = [(mutant, verdict(mutant, before)) for mutant in mutants(graph)]
    left = [mutant for mutant, found in judged if not found.caught_by and not found.harmless]
    refused = refused_by_terraform(graph, left) if left and terraform.requirement() is None else set()
    return [replace(found, caught_by=("terraform",)) if found.name in refused else found for _, found in judged]


def main() -> None:
    """Print a line for each stack, and the survivors where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stacks", nargs="*", help="names of stacks; all of them unless told")
    parser.add_argument("--survivors", action="store_true", help="list what nothing caught and no reason excuses")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    chosen = parser.parse_args()
    stacks = chosen.stacks or list(graphs())
    with multiprocessing.Pool() as pool:
        results = dict(zip(stacks, pool.map(score, stacks, chunksize=1), strict=True))
    for stack, verdicts in results.items():
        print(_line(stack, verdicts))
        if chosen.survivors:
            print("".join(f"  {v.name}\n" for v in verdicts if not v.caught_by and not v.harmless), end="")
    if chosen.json:
        rows = {
            stack: [[v.name, list(v.caught_by), v.harmless] for v in verdicts] for stack, verdicts in results.items()
        }
        chosen.json.write_text(json.dumps(rows, indent=0), encoding="utf-8")


def _line(stack: str, verdicts: Sequence[Verdict]) -> str:
    harmless = sum(1 for v in verdicts if v.harmless)
    caught = sum(1 for v in verdicts if v.caught_by)
    judged = len(verdicts) - harmless
    return f"{stack:<18} {caught:>5} of {judged:>5} caught, {100 * caught / judged:5.1f} %; {harmless} harmless"


if __name__ == "__main__":
    main()
