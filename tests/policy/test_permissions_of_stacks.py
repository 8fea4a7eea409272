"""Every permission of whole stacks, with the statement that grants it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.graph import Graph
from stage3c.output.files import read_terraform
from stage3c.policy.proofs import proofs
from stage3c.policy.roles import grants_of

from tests.conftest import ROOT
from tests.golden import hold

STACKS = sorted(path for path in (ROOT / "tests" / "stacks").iterdir() if path.is_dir() and path.name != "plans")
GOLDEN = Path(__file__).parent / "permissions"
WORDS = {True: "allowed", False: "denied", None: "unknown"}


def lines_of(graph: Graph) -> Iterator[str]:
    """Each need with its decision, then what each role is granted."""
    for proof in proofs(graph):
        need, role = proof.need, proof.role.address if proof.role else "nobody known"
        through = f" through {need.through}" if need.through else ""
        endpoint = f" at {need.endpoint.address}" if need.endpoint else ""
        yield f"{WORDS[proof.decision.allowed]}: {need.kind}: {role} {need.action} on {need.resource}{through}{endpoint}"
        by = proof.decision.statement
        yield f"  {need.origin.address} {need.why}" + (f"; by {by.actions} on {by.resources}" if by else "")
    for owner in graph.of_type("aws_iam_role"):
        grants = grants_of(graph, owner)
        whole = "everything" if grants.complete else "at least"
        yield f"{owner.address}: {whole} {len(grants.statements)} statements, {', '.join(grants.managed_arns) or 'none of AWS'}"


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_the_permissions_of_a_stack(path: Path, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    graph = read_terraform(path, ()).graph
    hold(GOLDEN / f"{path.name}.txt", "\n".join(lines_of(graph)) + "\n", update=update_golden)
