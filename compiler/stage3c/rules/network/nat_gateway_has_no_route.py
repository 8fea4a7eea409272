"""NAT gateway has no route to the internet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import ANYWHERE, Subnet, Via
from stage3c.reach.topology import subnet_of, topology
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the subnet of each public gateway, where all routes of its table are known."""
    known = topology(graph)
    for nat in graph.of_type("aws_nat_gateway"):
        subnet = subnet_of(known, nat.attributes.get("subnet_id"))
        if nat.attributes.get("connectivity_type") in (None, "public") and subnet is not None and _is_cut_off(subnet):
            cause = f"is in {subnet.key}, which has no route to an internet gateway"
            yield at(nat, cause, "set subnet_id to a public subnet")


def _is_cut_off(subnet: Subnet) -> bool:
    if subnet.table is None or not subnet.table.complete:
        return False
    ways = {route.via for route in subnet.table.routes if route.destination in (ANYWHERE, None)}
    return ways <= {Via.NAT, Via.NOWHERE, Via.LOCAL}


RULE = Rule(
    id="NET264",
    scope="terraform",
    title="NAT gateway has no route to the internet",
    what="A public NAT gateway is in a subnet without a default route to an internet gateway.",
    why="Nothing that is sent to it leaves the VPC.",
    fix="Put the NAT gateway into a public subnet.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html (from memory)",
    severity=Severity.WARNING,  # AWS accepts it
    bad_terraform="""\
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.private_a.id
  allocation_id = aws_eip.nat.id
  depends_on    = [aws_internet_gateway.main]
}
""",
    check_graph=check,
)
