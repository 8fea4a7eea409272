"""IPv4 range has host bits set."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks
from stage3c.rules.rule import Rule, at

_ARGUMENTS: Final[Mapping[str, str]] = {
    "aws_vpc": "cidr_block",
    "aws_subnet": "cidr_block",
    "aws_route": "destination_cidr_block",
    "aws_route_table": "route.cidr_block",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the ranges of networks and routes; those of security groups are judged with their rules."""
    for kind, argument in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            for value in _written(resource, argument):
                meant = _network(graph.resolved(value))
                if meant is not None and meant != graph.resolved(value):
                    cause = f'has {argument} = "{graph.resolved(value)}", which is an address in {meant}, not a range'
                    yield at(resource, cause, f'write "{meant}"')


def _written(resource: Resource, argument: str) -> Iterator[Value]:
    block, _, inner = argument.partition(".")
    if not inner:
        yield resource.attributes.get(argument)
    else:
        yield from (each.get(inner) for each in blocks(resource.attributes.get(block)))


def _network(value: Value) -> str | None:
    """The range that a text with a prefix length lies in; None for anything else."""
    try:
        return str(IPv4Network(value, strict=False)) if isinstance(value, str) and "/" in value else None
    except ValueError:
        return None


RULE = Rule(
    id="NET225",
    scope="terraform",
    title="IPv4 range has host bits set",
    what="The range of a VPC, subnet or route does not start at its first address.",
    why="The provider rejects it at plan: it is not a valid IPv4 CIDR block.",
    fix="Write the first address of the range, as in `10.0.3.0/24`.",
    source="https://github.com/hashicorp/terraform/pull/5255 (2026-11-28)",
    bad_terraform="""\
resource "aws_subnet" "private_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.3.10/24"
  availability_zone = "eu-west-1b"
}
""",
    check_graph=check,
)
