"""Every flow of whole stacks, hop by hop: what is open, what is shut and what is not known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.graph import Graph
from stage3c.output.files import read_terraform
from stage3c.reach.proofs import proofs
from stage3c.reach.unjudged import unjudged

from tests.conftest import ROOT
from tests.golden import hold

STACKS = sorted(path for path in (ROOT / "tests" / "stacks").iterdir() if path.is_dir() and path.name != "plans")
GOLDEN = Path(__file__).parent / "flows"


def lines_of(graph: Graph) -> Iterator[str]:
    """Each flow with its hops, each once; then what nobody could judge."""
    for proof in proofs(graph):
        yield f"{proof.extent.value}: {proof.need.kind}: {proof.need.text} ({proof.need.why})"
        for hop in dict.fromkeys(hop for answer in proof.answers for hop in answer.hops):
            where = " ".join(part for part in (hop.direction, hop.code) if part)
            yield f"  {hop.extent.value}: {hop.component} {hop.text}" + (f" [{where}]" if where else "")
    for resource, reason in unjudged(graph):
        yield f"not judged: {resource.address} {reason}"


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_the_flows_of_a_stack(path: Path, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    graph = read_terraform(path, ()).graph
    hold(GOLDEN / f"{path.name}.txt", "\n".join(lines_of(graph)) + "\n", update=update_golden)
