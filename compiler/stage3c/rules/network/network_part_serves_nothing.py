"""Network resource is not used."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule, at

_USED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_route_table": ("aws_route_table_association", "aws_main_route_table_association"),
    "aws_internet_gateway": ("aws_route", "aws_route_table", "aws_default_route_table"),
    "aws_nat_gateway": ("aws_route", "aws_route_table", "aws_default_route_table"),
    "aws_eip": (),
    "aws_security_group": (),
    "aws_subnet": (),
    "aws_db_subnet_group": (),
    "aws_db_parameter_group": (),
    "aws_network_acl": (),
}
"""Who makes use of a kind; anybody where none is named, but for what only describes the thing itself."""
_DESCRIBES: Final = {
    "aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_security_group",
    "aws_route_table_association", "aws_network_acl_rule", "aws_network_acl_association", "aws_network_acl",
}  # fmt: skip
_FILTERS: Final = {"aws_network_acl": ("subnet_ids",)}


def check(graph: Graph) -> Iterator[Finding]:
    """Count the users of each part; what goes out by an output or into a module is used."""
    shown = {ref.address for ref in graph.shown}
    for kind, users in _USED_BY.items():
        for part in graph.of_type(kind):
            if part.address not in shown and not _is_used(graph, part, users):
                yield at(part, "is not used", "reference it where it is needed, or remove it")


def _is_used(graph: Graph, part: Resource, users: tuple[str, ...]) -> bool:
    if any(part.attributes.get(argument) for argument in _FILTERS.get(part.type, ())):
        return True
    found = [user for user in graph.users(part) if user is not part]
    if users:
        return any(user.type in users or user.mode == "module" for user in found)
    return any(user.type not in _DESCRIBES for user in found)


RULE = Rule(
    id="NET209",
    scope="terraform",
    title="Network resource is not used",
    what="A route table, gateway, address, security group or subnet is not used by any other resource of the stack.",
    why="What should use it uses something else, or nothing: a route table without subnets has no effect.",
    fix="Reference it where it is needed, or remove it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_route_table" "unused" {
  vpc_id = aws_vpc.main.id
}
""",
    check_graph=check,
)
