"""The address ranges that the account uses or leads to already."""

from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from stage3c.aws.kinds.kind import Json, tags_of
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.live.state import known_resources

_PEERED = ("active", "pending-acceptance", "provisioning")


def ask(account: Account, stack: Stack) -> Json:
    """Every range with what it belongs to, but for the stack's own VPC: `[{"range": …, "of": …}]`."""
    ec2 = account.client("ec2")
    vpcs = list(ec2.pages("describe_vpcs", "Vpcs"))
    ours = {each["VpcId"] for each in vpcs if tags_of(each.get("Tags")).get("Stack") == stack.name}
    known = known_resources(account, stack).get("aws_vpc.main")
    ours |= known.names if known else frozenset()
    peerings = ec2.pages("describe_vpc_peering_connections", "VpcPeeringConnections")
    tables = ec2.pages("describe_route_tables", "RouteTables")
    near = {each["VpcId"] for each in vpcs}
    within = ip_network(stack.network.cidr)
    told = {*_of_vpcs(vpcs, ours), *_of_peers(peerings, near), *_of_routes(tables, ours, within)}
    return [{"range": cidr, "of": of} for cidr, of in sorted(told)]


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Ranges that overlap can never be joined, by peering or by a transit gateway."""
    network = ip_network(stack.network.cidr)
    for each in answer:
        if ip_network(each["range"]).overlaps(network):
            cause = f"network.cidr {network} overlaps {each['range']} of {each['of']}: the two can never be joined."
            yield Problem(
                cause, "write another network.cidr before the first apply, or leave the two apart.", "warning"
            )


def _of_vpcs(vpcs: Iterable[Json], ours: Collection[str]) -> Iterator[tuple[str, str]]:
    for vpc in vpcs:
        name = tags_of(vpc.get("Tags")).get("Name")
        for block in vpc.get("CidrBlockAssociationSet") or [vpc]:
            state = block.get("CidrBlockState", {}).get("State", "associated")
            if vpc["VpcId"] not in ours and state == "associated":
                yield block["CidrBlock"], f"VPC {vpc['VpcId']}" + (f" ({name})" if name else "")


def _of_peers(peerings: Iterable[Json], near: Collection[str]) -> Iterator[tuple[str, str]]:
    """The far side of each peering, in another account or region."""
    for peering in peerings:
        for side in (peering["RequesterVpcInfo"], peering["AccepterVpcInfo"]):
            if peering["Status"]["Code"] in _PEERED and side["VpcId"] not in near:
                for block in side.get("CidrBlockSet") or [side]:
                    if block.get("CidrBlock"):
                        yield block["CidrBlock"], f"peer {side['VpcId']} of account {side['OwnerId']}"


def _of_routes(
    tables: Iterable[Json], ours: Collection[str], within: IPv4Network | IPv6Network
) -> Iterator[tuple[str, str]]:
    """What lies behind transit gateways and VPNs, as far as it is within the wanted range: wider routes are summaries."""
    for table in (each for each in tables if each["VpcId"] not in ours):
        for route in table["Routes"]:
            way, cidr = route.get("TransitGatewayId") or route.get("GatewayId", ""), route.get("DestinationCidrBlock")
            if cidr and way.startswith(("tgw-", "vgw-")) and ip_network(cidr).prefixlen >= within.prefixlen:
                yield cidr, f"the network behind {way}"


CHECK = Check(
    id="PRE112",
    title="Address ranges are free",
    why="Two networks whose ranges overlap can never be peered or routed to each other, and a VPC's range stays as it is.",
    source="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html (2026-11-26)",
    ask=ask,
    answer=[{"range": str, "of": str}],
    judge=judge,
)
