"""The mutation score, on the two smallest stacks; `python -m tests.mutation` tells of all."""

import re

import pytest

from tests import terraform
from tests.breaks import mutants
from tests.harmless import HARMLESS, excuses, type_of
from tests.mutation import graphs, score


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["minimal", "dev-prod-dev"])
def test_nearly_every_break_of_a_stack_is_caught(stack: str) -> None:
    terraform.needs_terraform()
    judged = [verdict for verdict in score(stack) if not verdict.harmless]
    caught = [verdict for verdict in judged if verdict.caught_by]
    assert len(caught) / len(judged) >= 0.97, [verdict.name for verdict in judged if not verdict.caught_by]


def test_every_resource_block_argument_and_reference_of_a_stack_is_broken() -> None:
    graph = graphs()["minimal"]
    made = list(mutants(graph))
    assert {m.address for m in made if m.kind == "delete" and not m.place} == set(graph.resources)
    assert {m.address for m in made if m.kind == "move"} == set(graph.resources)
    dropped = {(m.address, m.place[0]) for m in made if m.kind in ("drop", "delete") and m.place}
    arguments = {
        (r.address, key) for r in graph.resources.values() for key, value in r.attributes.items() if value is not None
    }
    assert arguments <= dropped
    blocks = {m.place for m in made if m.kind == "delete" and m.address == "aws_lb_target_group.web"}
    assert {("health_check",), ("stickiness",)} <= blocks


def test_references_are_wired_to_others_of_their_type_alone_and_by_the_list() -> None:
    made = {m.name for m in mutants(graphs()["stage3v3"]) if m.kind == "swap"}
    subnets = "aws_ecs_service.fastapi.network_configuration.0.subnets"
    assert f"swap {subnets} aws_subnet.database_a.id aws_subnet.database_b.id" in made
    assert f"swap {subnets} aws_subnet.public_a.id aws_subnet.public_b.id" in made
    assert "swap aws_ecs_service.fastapi.load_balancer.0.target_group_arn aws_lb_target_group.nodejs.arn" in made
    assert (
        "swap aws_ecs_service.fastapi.network_configuration.0.security_groups.0 aws_security_group.database_main.id"
        in made
    )


def test_no_row_excuses_an_argument_across_types_and_each_has_a_reason() -> None:
    for of_type, rows in HARMLESS.items():
        assert re.fullmatch(r"((data|ephemeral)\.)?aws_[a-z0-9_]+", of_type), of_type
        for row in rows:
            assert row.reason
            assert set(row.kinds.split()) <= {"delete", "drop", "swap", "move", "change"}
            assert not re.fullmatch(row.place, "an_argument_that_no_type_has"), (of_type, row.place)


def test_every_row_excuses_some_break_of_some_stack() -> None:
    waiting = {(of_type, row) for of_type, rows in HARMLESS.items() for row in rows}
    for graph in graphs().values():
        for mutant in mutants(graph):
            waiting -= {
                (of_type, row) for of_type, row in waiting if of_type == type_of(mutant) and excuses(row, mutant)
            }
    assert not waiting
