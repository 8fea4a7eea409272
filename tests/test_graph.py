import pytest
from stage3c.graph import Expr, Graph, Json, Origin, Ref, Resource, Text, Value, quoted, refs_in

LB = Ref("aws_lb.public", "arn")


def test_references_are_found_wherever_they_stand() -> None:
    value: Value = {"a": [Text("x", LB)], "b": Json({"c": Expr("f({0})", (Ref("aws_vpc.main"),))}), "d": None, "e": 3}
    assert list(refs_in(value)) == [LB, Ref("aws_vpc.main")]


def test_a_users_text_in_an_expression_is_never_a_place() -> None:
    expression = Expr("f(" + quoted("{0} and {12}") + ", {0})", (LB,))
    assert str(expression) == r'f("\u007b0} and \u007b12}", aws_lb.public.arn)'


@pytest.mark.parametrize(
    ("text", "written"),
    [("a", '"a"'), ('"', r'"\""'), ("\\", r'"\\"'), ("${x}", '"$${x}"'), ("%{x}", '"%%{x}"'), ("\n\t\r", r'"\n\t\r"')],
)
def test_a_quoted_text_is_a_literal(text: str, written: str) -> None:
    assert quoted(text) == written


def test_two_resources_of_one_address_are_a_bug() -> None:
    resource = Resource("aws_vpc", "main", {}, Origin())
    with pytest.raises(AssertionError):
        Graph.of([resource, resource])


def test_a_resource_knows_its_address_and_the_graph_its_kinds() -> None:
    graph = Graph.of([Resource("aws_vpc", "b", {}, Origin()), Resource("aws_vpc", "a", {}, Origin(), "data")])
    assert [resource.address for resource in graph.of_type("aws_vpc")] == ["aws_vpc.b"]
    assert graph.target(Ref("data.aws_vpc.a")) is graph.resources["data.aws_vpc.a"]
    assert graph.target(Ref("aws_vpc.c")) is None
