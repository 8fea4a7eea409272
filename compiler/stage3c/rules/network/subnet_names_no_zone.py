"""Subnet does not set its availability zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare subnets with their neighbours."""
    subnets = graph.of_type("aws_subnet")
    if any(_names_zone(subnet) for subnet in subnets):
        for subnet in subnets:
            if not _names_zone(subnet):
                yield at(
                    subnet,
                    "has no availability_zone, unlike other subnets",
                    'set availability_zone, such as "eu-central-1a"',
                )


def _names_zone(subnet: Resource) -> bool:
    return any(subnet.attributes.get(key) is not None for key in ("availability_zone", "availability_zone_id"))


RULE = Rule(
    id="NET223",
    scope="terraform",
    title="Subnet does not set its availability zone",
    what="A subnet has no availability_zone, while others of the stack have one.",
    why="Two subnets of one tier may be created in the same zone, which load balancers and databases reject.",
    fix='Set `availability_zone`, such as `"eu-central-1a"`.',
    source="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_subnet" "private_b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.3.0/24"
}
""",
    check_graph=check,
)
