"""NAT gateways share a subnet."""

from collections import defaultdict
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the subnets of public NAT gateways."""
    by_subnet: dict[str, list[Resource]] = defaultdict(list)
    for nat in graph.of_type("aws_nat_gateway"):
        subnet = graph.target(nat.attributes.get("subnet_id"))
        if subnet is not None and nat.attributes.get("connectivity_type") in (None, "public"):
            by_subnet[subnet.address].append(nat)
    for address, gateways in by_subnet.items():
        for nat in gateways[1:]:
            cause = f"is in {address}, as is {gateways[0].address}; if its zone fails, both fail"
            yield at(nat, cause, "set subnet_id to a public subnet of another zone")


RULE = Rule(
    id="NET261",
    scope="terraform",
    title="NAT gateways share a subnet",
    what="Two NAT gateways are in the same subnet.",
    why="A second gateway is paid for, but a failure of that zone still cuts off both.",
    fix="Put each NAT gateway into a public subnet of another zone.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html (2026-11-28)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_eip" "second" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

resource "aws_nat_gateway" "second" {
  subnet_id     = aws_subnet.public_a.id
  allocation_id = aws_eip.second.id
  depends_on    = [aws_internet_gateway.main]
}
""",
    check_graph=check,
)
