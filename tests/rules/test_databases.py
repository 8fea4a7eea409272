"""A replica has the engine of its primary."""

import pytest
from stage3c.graph import Graph, Origin, Ref, Resource, Value
from stage3c.rules import catalogue


def causes(engine: str | None, version: str, family: str) -> list[str]:
    group = Resource("aws_db_parameter_group", "main", {"family": family}, Origin())
    primary: dict[str, Value] = {"engine": engine, "engine_version": version} if engine else {}
    source = Resource("aws_db_instance", "main", primary, Origin(), mode="resource" if engine else "data")
    replica: dict[str, Value] = {
        "engine_version": version,
        "replicate_source_db": Ref(source.address, "identifier"),
        "parameter_group_name": Ref(group.address, "name"),
        "skip_final_snapshot": True,
    }
    check = catalogue()["DBS201"].check_graph
    assert check
    found = check(Graph.of([group, source, Resource("aws_db_instance", "replica", replica, Origin())]))
    return [each.cause for each in found if "aws_db_instance.replica" in each.cause]


@pytest.mark.parametrize(
    ("engine", "version", "family", "count"),
    [
        ("postgres", "16", "postgres16", 0),
        ("postgres", "16", "postgres15", 1),
        ("mysql", "8.4.6", "mysql8.4", 0),
        (None, "8.4.6", "mysql8.4", 0),
        (None, "16", "postgres15", 1),
    ],
)
def test_a_replica_is_held_against_the_family_of_its_primarys_engine(
    engine: str | None, version: str, family: str, count: int
) -> None:
    assert len(causes(engine, version, family)) == count
