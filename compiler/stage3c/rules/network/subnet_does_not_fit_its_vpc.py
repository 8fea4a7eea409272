"""Subnet is outside its VPC or overlaps another."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, network
from stage3c.reach.network import Subnet
from stage3c.reach.proofs import known_topology
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each subnet against its VPC and, in order of addresses, against its neighbours."""
    by_vpc: dict[str, list[tuple[IPv4Network, Subnet]]] = defaultdict(list)
    for subnet in known_topology(graph).subnets.values():
        if subnet.cidr and subnet.vpc:
            by_vpc[subnet.vpc].append((subnet.cidr, subnet))
    for vpc, subnets in by_vpc.items():
        home = _network(graph, graph.resources.get(vpc))
        previous: tuple[IPv4Network, Subnet] | None = None
        for cidr, subnet in sorted(subnets, key=lambda pair: (pair[0], pair[1].key)):
            if home and not cidr.subnet_of(home):
                yield _finding(graph, subnet, f"{subnet.key} is {cidr}, which is outside {home} of {vpc}.")
            if previous and previous[0].overlaps(cidr):
                yield _finding(
                    graph, subnet, f"{subnet.key} is {cidr}, which overlaps {previous[0]} of {previous[1].key}."
                )
            previous = max(previous, (cidr, subnet), key=lambda pair: int(pair[0][-1])) if previous else (cidr, subnet)


def _network(graph: Graph, vpc: Resource | None) -> IPv4Network | None:
    """The network of a VPC that has no second one."""
    if vpc is None or graph.users(vpc, "aws_vpc_ipv4_cidr_block_association") or graph.is_handed_out(vpc):
        return None
    return network(graph.resolved(vpc.attributes.get("cidr_block")))


def _finding(graph: Graph, subnet: Subnet, cause: str) -> Finding:
    fix = "set cidr_block to a free range of the VPC, such as 10.0.9.0/24 in 10.0.0.0/16."
    return found_at(graph.resources[subnet.key], cause, fix)


RULE = Rule(
    id="NET211",
    scope="terraform",
    title="Subnet is outside its VPC or overlaps another",
    what="A subnet is outside the range of its VPC, or overlaps another subnet.",
    why="AWS rejects it at apply: InvalidSubnet.Range or InvalidSubnet.Conflict.",
    fix="Set `cidr_block` to a free range of the VPC.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (2026-11-24)",
    bad_terraform="""\
resource "aws_subnet" "private_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.2.128/25"
  availability_zone = "eu-west-1b"
}
""",
    check_graph=check,
)
