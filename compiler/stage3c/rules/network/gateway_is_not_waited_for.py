"""NAT gateway does not depend on the internet gateway."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Look for the dependency where the same stack makes both."""
    gateways = {gateway.address for gateway in graph.of_type("aws_internet_gateway")}
    if not gateways:
        return
    for nat in graph.of_type("aws_nat_gateway"):
        if nat.attributes.get("connectivity_type") == "private":
            continue
        address = graph.target(nat.attributes.get("allocation_id"))
        for part in (nat, address):
            if part and not gateways & graph.waits_of(part):
                cause = f"{part.address} does not depend on {min(gateways)}."
                yield found_at(part, cause, f"add depends_on = [{min(gateways)}] to it.")


RULE = Rule(
    id="NET221",
    scope="terraform",
    title="NAT gateway does not depend on the internet gateway",
    what="A NAT gateway or its Elastic IP address does not depend on the internet gateway of its VPC.",
    why="Terraform may create it first; AWS rejects a public NAT gateway in a VPC without an internet gateway.",
    fix="Add `depends_on = [aws_internet_gateway.NAME]`.",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/nat_gateway (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public_a.id
  allocation_id = aws_eip.nat.id
}
""",
    check_graph=check,
)
