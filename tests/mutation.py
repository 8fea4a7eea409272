"""How many breaks of a working stack are caught: `python -m tests.mutation [STACK …] [--survivors] [--sample N --seed S]`.

Takes each compiled stack and breaks it in one place at a time, as `tests/breaks.py` says. A mutant is caught by a rule that
judges graphs, by the provider's schema, or by the real `terraform validate`. What is no break is listed in `tests/harmless.py`,
each with its reason, and does not count.
"""

import argparse
import json
import multiprocessing
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from stage3c.diagnostics import Span
from stage3c.graph import Graph
from stage3c.output import synth
from stage3c.pipeline import compile_spec
from stage3c.readers import provider_schema
from stage3c.rules import catalogue

from tests import terraform
from tests.breaks import Mutant, mutants
from tests.conftest import ROOT
from tests.harmless import reason_of


class Verdict(Struct, frozen=True):
    """What became of a mutant: the codes that caught it, `terraform`, or the reason why it is harmless."""

    name: str
    caught_by: tuple[str, ...]
    harmless: str = ""


def findings(graph: Graph) -> set[tuple[str, str]]:
    """What rules say of a graph: code and cause."""
    rules = [rule for rule in catalogue().values() if rule.check_graph]
    return {(rule.id, found.cause) for rule in rules if rule.check_graph for found in rule.check_graph(graph)}


def verdict(mutant: Mutant, before: set[tuple[str, str]]) -> Verdict:
    """Judge one mutant: what is said of it that was not said before."""
    broken = ("schema",) if provider_schema.check(mutant.graph) else ()
    codes = {code for code, _ in findings(mutant.graph) - before}
    caught = (*broken, *sorted(codes))
    return Verdict(mutant.name, caught, "" if caught else reason_of(mutant))


def refused_by_terraform(graph: Graph, survivors: Sequence[Mutant]) -> set[str]:
    """Those that `terraform validate` refuses: each broken resource is put beside the others, under a name of its own."""
    copies = {
        f"mutant_{number}": mutant
        for number, mutant in enumerate(survivors)
        if mutant.place and mutant.address in mutant.graph.resources
    }
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
            found[build.stack_name] = _as_written(build.graph)
    return found


def _as_written(graph: Graph) -> Graph:
    """The stack as somebody would have written it: some rules judge only what stands in a configuration."""
    spans = {"": Span("main.tf.json", 1, 1)}
    return replace(graph, resources={key: replace(r, spans=spans) for key, r in graph.resources.items()})


def score(stack: str, sample: int = 0, seed: int = 1) -> list[Verdict]:
    """Judge every mutant of a stack, or a random sample; what no rule catches is put to Terraform, where there is one."""
    graph = graphs()[stack]
    before = findings(graph)
    every = list(mutants(graph))
    chosen = random.Random(seed).sample(every, sample) if 0 < sample < len(every) else every  # noqa: S311 (no secret)
    judged = [(mutant, verdict(mutant, before)) for mutant in chosen]
    left = [mutant for mutant, found in judged if not found.caught_by and not found.harmless]
    refused = refused_by_terraform(graph, left) if left and terraform.requirement() is None else set()
    return [replace(found, caught_by=("terraform",)) if found.name in refused else found for _, found in judged]


def _scored(job: tuple[str, int, int]) -> tuple[str, list[Verdict]]:
    return job[0], score(*job)


def main() -> None:
    """Print a line for each stack, and the survivors where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stacks", nargs="*", help="names of stacks; all of them unless told")
    parser.add_argument("--survivors", action="store_true", help="list what nothing caught and no reason excuses")
    parser.add_argument("--sample", type=int, default=0, help="judge so many mutants of each stack, chosen at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    chosen = parser.parse_args()
    jobs = [(stack, chosen.sample, chosen.seed) for stack in chosen.stacks or graphs()]
    rows = {}
    with multiprocessing.Pool() as pool:
        for stack, verdicts in pool.imap_unordered(_scored, jobs):
            print(_line(stack, verdicts), flush=True)
            rows[stack] = [[v.name, list(v.caught_by), v.harmless] for v in verdicts]
            if chosen.survivors:
                print(
                    "".join(f"  {v.name}\n" for v in verdicts if not v.caught_by and not v.harmless), end="", flush=True
                )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=0), encoding="utf-8")


def _line(stack: str, verdicts: Sequence[Verdict]) -> str:
    harmless = sum(1 for v in verdicts if v.harmless)
    caught = sum(1 for v in verdicts if v.caught_by)
    judged = len(verdicts) - harmless
    return f"{stack:<18} {caught:>5} of {judged:>5} caught, {100 * caught / judged:5.1f} %; {harmless} harmless"


if __name__ == "__main__":
    main()
