"""The table of arguments that AWS does not accept together, and how it is read."""

import json
import re

import pytest
from stage3c.aws.facts import load
from stage3c.diagnostics import Span
from stage3c.graph import UNKNOWN, Graph, Lifecycle, Origin, Ref, Resource, Value
from stage3c.rules.combinations import _COMPARED, _fulfils, combined

ROWS = [
    (subject, kind, row)
    for table in ("combinations", "recommendations")
    for subject, kinds in load(table)["rows"].items()
    for kind, rows in kinds.items()
    for row in rows
]


@pytest.mark.parametrize("kind", sorted({kind for _, kind, _ in ROWS}))
def test_a_row_says_what_is_wrong_what_to_do_and_where_it_was_read(kind: str) -> None:
    assert kind.startswith("aws_")
    for subject, _, row in [each for each in ROWS if each[1] == kind]:
        assert subject, row
        assert set(row) <= {"at", "if", "written", "cause", "fix", "source"}, row
        assert not str(row["cause"]).endswith("."), row
        assert not str(row["fix"]).endswith("."), row
        assert str(row["source"]).startswith("https://"), row
        require_conditions(row["if"])


def require_conditions(conditions: object) -> None:
    """Each is of a form that is known."""
    assert isinstance(conditions, dict)
    for condition in conditions.values():
        if isinstance(condition, str) and condition.startswith(("~", "!~")):
            re.compile(condition.lstrip("!~"))
        elif isinstance(condition, str):
            assert condition in ("set", "absent") or condition.split()[0] in _COMPARED
        else:
            assert condition, json.dumps(conditions)


def fulfils(condition: object, value: Value) -> bool:
    return _fulfils(Graph({}), {"key": condition}, {}, {"key": value})


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ("set", ["x", 1, True, Ref("aws_vpc.a", "id"), {"a": 1}], [None, "", False, "false", 0, [], UNKNOWN]),
        ("absent", [None, []], ["", "x", UNKNOWN, Ref("aws_vpc.a", "id")]),
        (["x", None], ["x", "X", None], ["y", UNKNOWN, Ref("aws_vpc.a", "id")]),
        (["true"], [True, "true"], [False, None, UNKNOWN]),
        ("> 5", [6, "6"], [5, None, "many", UNKNOWN]),
        ("<= 5", [5, "4"], [6, None, UNKNOWN]),
        ("~a+", ["aa"], ["ab", None, UNKNOWN]),
        ("!~a+", ["ab", 7], ["aa", None, UNKNOWN]),
    ],
)
def test_a_condition_holds_only_for_what_is_certain(condition: object, yes: list[Value], no: list[Value]) -> None:
    assert [value for value in yes if not fulfils(condition, value)] == []
    assert [value for value in no if fulfils(condition, value)] == []


def test_members_are_counted_where_all_are_known() -> None:
    assert _fulfils(Graph({}), {"key#": "> 1"}, {}, {"key": ["a", "b"]})
    assert not _fulfils(Graph({}), {"key#": "> 1"}, {}, {"key": ["a"]})
    assert _fulfils(Graph({}), {"key#": "> 0"}, {}, {"key": [{}]})
    assert not _fulfils(Graph({}), {"key#": "> 1"}, {}, {"key": [UNKNOWN, "b"]})


def service(**attributes: Value) -> Resource:
    return Resource("aws_ecs_service", "web", {"name": "web", **attributes}, Origin())


def test_a_path_goes_through_references_to_what_the_graph_makes_and_stops_at_what_is_looked_up() -> None:
    task = Resource("aws_ecs_task_definition", "web", {"network_mode": "bridge"}, Origin())
    looked_up = Resource("aws_ecs_task_definition", "web", {"network_mode": "bridge"}, Origin(), mode="data")
    network: Value = [{"subnets": ["subnet-12345678"]}]
    for made, expected in ((task, 1), (looked_up, 0)):
        user = service(task_definition=Ref(made.address, "arn"), network_configuration=network)
        assert len(list(combined(Graph.of([made, user]), "services"))) == expected


def test_a_row_for_configurations_says_nothing_of_a_state() -> None:
    attributes: dict[str, Value] = {"multi_az": True, "availability_zone": "eu-west-1a"}
    of_state = Resource("aws_db_instance", "main", attributes, Origin())
    of_text = Resource("aws_db_instance", "main", attributes, Origin(), spans={"multi_az": Span("main.tf")})
    assert list(combined(Graph.of([of_state]), "databases")) == []
    assert len(list(combined(Graph.of([of_text]), "databases"))) == 1


def test_the_lifecycle_is_read_like_an_argument() -> None:
    both = Resource(
        "aws_ecs_service", "web", {"name": "web"}, Origin(), lifecycle=Lifecycle(create_before_destroy=True)
    )
    assert [found.cause for found in combined(Graph.of([both]), "fixed_names")]
    assert not list(combined(Graph.of([service()]), "fixed_names"))
