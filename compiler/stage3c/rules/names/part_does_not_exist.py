"""Argument names a part that the resource does not have."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Expr, Graph, Resource, Value, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.wording import nearest

_PARTS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "aws_cloudfront_distribution": (
        (
            "default_cache_behavior.target_origin_id",
            "ordered_cache_behavior.target_origin_id",
            "origin_group.member.origin_id",
        ),
        ("origin.origin_id", "origin_group.origin_id"),
    ),
    "aws_dynamodb_table": (
        (
            "hash_key",
            "range_key",
            "global_secondary_index.hash_key",
            "global_secondary_index.range_key",
            "local_secondary_index.range_key",
        ),
        ("attribute.name",),
    ),
    "aws_acm_certificate": (("validation_option.domain_name",), ("domain_name", "subject_alternative_names")),
}
"""Where a type names one of its parts, and where these parts have their names."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the names, where all of them are known."""
    for kind, (naming, named) in _PARTS.items():
        for resource in graph.of_type(kind):
            known = list(chain.from_iterable(_leaves(graph, resource, path) for path in named))
            if not known or not all(isinstance(each, str) for each in known):
                continue
            names = [each for each in known if isinstance(each, str)]
            for path in naming:
                for name in _leaves(graph, resource, path):
                    if isinstance(name, str) and name not in names:
                        cause = f'has {path} = "{clip(name)}", but no {named[0].partition(".")[0]} of that name'
                        yield at(resource, cause, f'write "{clip(nearest(name, names) or names[0])}"')


def _leaves(graph: Graph, resource: Resource, path: str) -> list[Value]:
    here: Sequence[Value] = [resource.attributes]
    for key in path.split("."):
        inner = [block.get(key) for value in here for block in blocks(value)]
        if any(isinstance(value, Expr) for value in inner):
            return [Expr("null")]
        here = [graph.resolved(member) for value in inner for member in items(value)]
    return list(here)


RULE = Rule(
    id="LIM235",
    scope="terraform",
    title="Argument names a part that does not exist",
    what="A cache behavior names an origin, or a key of a table an attribute, that the same resource does not declare.",
    why="AWS rejects the resource at apply: NoSuchOrigin, or a ValidationException.",
    fix="Write the name as it is declared.",
    source="https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md (rules E3057 and E3039, 2026-11-28)",
    bad_terraform="""\
resource "aws_dynamodb_table" "carts" {
  name         = "shop-carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "day"
  attribute {
    name = "id"
    type = "S"
  }
}
""",
    good_terraform="""\
resource "aws_dynamodb_table" "carts" {
  name         = "shop-carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
""",
    check_graph=check,
)
