"""The policies of a role by every way of attaching them: a row for what is read, what is left out and what is not known."""

import pytest
from stage3c.graph import Ref, Value
from stage3c.policy.roles import grants_of, policy_at, role_of

from tests.readers.folders import graph_of, read

BASE = """
variable "v" {}
resource "aws_iam_role" "a" {
  name = "a"
%s}
resource "aws_iam_role" "b" {
  name = "b"
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
data "aws_iam_policy" "named" {
  name = "SecretsManagerReadWrite"
}
data "aws_iam_policy" "by_arn" {
  arn = "arn:aws:iam::aws:policy/SecretsManagerReadWrite"
}
data "aws_iam_policy" "own" {
  name = "OfTheCompany"
}
data "aws_iam_role" "a" {
  name = "a"
}
data "aws_iam_role" "elsewhere" {
  name = "elsewhere"
}
resource "aws_sqs_queue" "a" {
  name   = "a"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
"""
OWN = 'resource "aws_iam_role_policy" "{}" {{\n  role = {}\n  policy = {}\n}}\n'
ATTACHED = 'resource "aws_iam_role_policy_attachment" "{}" {{\n  role = {}\n  policy_arn = {}\n}}\n'
TO_MANY = 'resource "aws_iam_policy_attachment" "{}" {{\n  name = "x"\n  roles = {}\n  policy_arn = {}\n}}\n'
EXCLUSIVE = 'resource "aws_iam_role_policy_attachments_exclusive" "{}" {{\n  role_name = {}\n  policy_arns = {}\n}}\n'
READ = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })'
READ_ONLY = '"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"'


@pytest.mark.parametrize(
    ("inside", "more", "count", "complete"),
    [
        ("", "", 0, True),
        ("", OWN.format("x", "aws_iam_role.a.id", READ), 1, True),
        ("", OWN.format("x", "aws_iam_role.b.id", READ), 0, True),
        ("", OWN.format("x", "aws_iam_role.a.id", READ) + OWN.format("y", "aws_iam_role.a.name", READ), 2, True),
        ("", OWN.format("x", "aws_iam_role.a.id", "var.v"), 0, False),
        ("", OWN.format("x", "data.aws_iam_role.a.name", READ), 1, True),
        ("", OWN.format("x", "data.aws_iam_role.elsewhere.name", READ), 0, True),
        ("", OWN.format("x", "aws_sqs_queue.a.id", READ), 0, True),
        # A policy of a role that is not known may be any role's, wherever it stands.
        ("", OWN.format("x", "var.v", READ), 0, False),
        ("", OWN.format("x", "var.v", READ) + OWN.format("y", "aws_iam_role.a.id", READ), 1, False),
        ("", OWN.format("x", "aws_iam_role.a.id", READ) + OWN.format("y", "var.v", READ), 1, False),
        ("", OWN.format("x", "var.v", READ) + ATTACHED.format("y", "aws_iam_role.b.id", READ_ONLY), 0, False),
        ("", ATTACHED.format("x", "aws_iam_role.a.name", "aws_iam_policy.p.arn"), 1, True),
        ("", ATTACHED.format("x", "aws_iam_role.a.name", "aws_sqs_queue.a.arn"), 0, False),
        ("", ATTACHED.format("x", "aws_iam_role.a.name", "var.v"), 0, False),
        ("", ATTACHED.format("x", "aws_iam_role.a.name", "data.aws_iam_policy.own.arn"), 0, False),
        ("", TO_MANY.format("x", "[aws_iam_role.a.name]", "aws_iam_policy.p.arn"), 1, True),
        ("", EXCLUSIVE.format("x", "aws_iam_role.a.name", "[aws_iam_policy.p.arn]"), 1, True),
        ("", EXCLUSIVE.format("x", "aws_iam_role.b.name", "[aws_iam_policy.p.arn]"), 0, True),
        ("", EXCLUSIVE.format("x", "aws_iam_role.a.name", "var.v"), 0, False),
        ("", EXCLUSIVE.format("x", "var.v", "[aws_iam_policy.p.arn]"), 0, False),
        ("", TO_MANY.format("x", "[aws_iam_role.b.name, aws_iam_role.a.name]", "aws_iam_policy.p.arn"), 1, True),
        ("", TO_MANY.format("x", "[aws_iam_role.b.name]", "aws_iam_policy.p.arn"), 0, True),
        ("", TO_MANY.format("x", "[var.v, aws_iam_role.a.name]", "aws_iam_policy.p.arn"), 1, False),
        ("", TO_MANY.format("x", "var.v", "aws_iam_policy.p.arn"), 0, False),
        ("managed_policy_arns = [aws_iam_policy.p.arn]\n", "", 1, True),
        ("managed_policy_arns = var.v\n", "", 0, False),
        ("managed_policy_arns = []\n", "", 0, True),
        (f'inline_policy {{\n  name = "x"\n  policy = {READ}\n}}\n', "", 1, True),
        ("inline_policy {}\n", "", 0, False),
        ("inline_policy = var.v\n", "", 0, False),
        ("count = var.v\n", "", 0, False),
    ],
)  # fmt: skip
def test_what_a_role_is_granted_and_whether_that_is_all(inside: str, more: str, count: int, complete: bool) -> None:  # noqa: FBT001 - a row
    reading = read(BASE % inside + more)
    assert reading.graph
    grants = grants_of(reading.graph, reading.graph.resources["aws_iam_role.a"])
    assert (len(grants.statements), grants.complete) == (count, complete)


def test_a_module_that_is_given_a_role_may_grant_it_more() -> None:
    graph = read(BASE % "" + 'module "m" {\n  source = "a/b/aws"\n  role = aws_iam_role.a.name\n}\n').graph
    assert graph
    assert [grants_of(graph, graph.resources[f"aws_iam_role.{name}"]).complete for name in "ab"] == [False, True]


@pytest.mark.parametrize(
    ("inside", "count", "limits"),
    [
        ("", 0, False),
        ("permissions_boundary = aws_iam_policy.p.arn\n", 1, True),
        ("permissions_boundary = var.v\n", None, True),
        ("permissions_boundary = aws_sqs_queue.a.arn\n", None, True),
        ("permissions_boundary = data.aws_iam_policy.own.arn\n", None, True),
    ],
)
def test_the_boundary_of_a_role(inside: str, count: int | None, limits: bool) -> None:  # noqa: FBT001 - a row
    graph = graph_of(BASE % inside)
    grants = grants_of(graph, graph.resources["aws_iam_role.a"])
    assert (None if grants.boundary is None else len(grants.boundary), grants.has_boundary) == (count, limits)
    assert grants.complete


@pytest.mark.parametrize(
    ("value", "arn", "is_known"),
    [
        (Ref("data.aws_iam_policy.named", "arn"), "arn:aws:iam::aws:policy/SecretsManagerReadWrite", True),
        (Ref("data.aws_iam_policy.by_arn", "arn"), "arn:aws:iam::aws:policy/SecretsManagerReadWrite", True),
        (Ref("data.aws_iam_policy.own", "arn"), "arn:aws:iam::aws:policy/OfTheCompany", False),
        (Ref("aws_iam_policy.p", "arn"), "", True),
        (Ref("aws_sqs_queue.a", "arn"), "", False),
        ("arn:aws:iam::aws:policy/SecretsManagerReadWrite", "arn:aws:iam::aws:policy/SecretsManagerReadWrite", True),
        ("arn:aws:iam::123456789012:policy/SecretsManagerReadWrite", "", False),
        (None, "", False),
    ],
)
def test_the_policy_that_an_arn_means(value: Value, arn: str, is_known: bool) -> None:  # noqa: FBT001 - a row
    statements, found = policy_at(graph_of(BASE % ""), value)
    assert (found, statements is not None) == (arn, is_known)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Ref("aws_iam_role.a", "arn"), "aws_iam_role.a"),
        (Ref("aws_iam_role.a", "id"), "aws_iam_role.a"),
        (Ref("data.aws_iam_role.a", "name"), "aws_iam_role.a"),
        (Ref("data.aws_iam_role.elsewhere", "name"), None),
        (Ref("aws_sqs_queue.a", "arn"), None),
        ("a", "aws_iam_role.a"),
        ("elsewhere", None),
        ("", None),
        (None, None),
    ],
)
def test_the_role_that_an_argument_means(value: Value, expected: str | None) -> None:
    role = role_of(graph_of(BASE % ""), value)
    assert (role and role.address) == expected
