"""The mutation score, on the two smallest stacks; `python -m tests.mutation` tells of all."""

import pytest

from tests import terraform
from tests.mutation import graphs, mutants, score


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["minimal", "dev-prod-dev"])
def test_nearly_every_break_of_a_stack_is_caught(stack: str) -> None:
    terraform.needs_terraform()
    judged = [verdict for verdict in score(stack) if not verdict.harmless]
    caught = [verdict for verdict in judged if verdict.caught_by]
    assert len(caught) / len(judged) >= 0.97, [verdict.name for verdict in judged if not verdict.caught_by]


def test_every_resource_argument_and_reference_of_a_stack_is_broken() -> None:
    graph = graphs()["minimal"]
    made = list(mutants(graph))
    assert {m.address for m in made if m.kind == "delete"} == set(graph.resources)
    dropped = {(m.address, m.place[0]) for m in made if m.kind == "drop" and m.place}
    arguments = {
        (r.address, key) for r in graph.resources.values() for key, value in r.attributes.items() if value is not None
    }
    assert arguments <= dropped
    assert {m.kind for m in made} == {"delete", "drop", "swap", "change"}
