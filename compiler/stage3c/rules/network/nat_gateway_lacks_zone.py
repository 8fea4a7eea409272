"""NAT gateway has no subnet in a zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import tiers_to
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Count the subnets of the gateways' tier."""
    network, public = stack.network, tiers_to(stack, "internet_gateway")
    home = network.nat_subnets or (public[0] if len(public) == 1 else "")
    tier = network.subnets.get(home)
    wanted = any(table.default_route == "nat_gateway" for table in network.route_tables.values())
    if network.nat == "per_zone" and wanted and tier and len(tier.cidrs) < len(network.zones):
        bare = network.zones[len(tier.cidrs) :]
        cause = f"subnet tier {home} has no subnet in {listed(bare)} for its NAT gateway."
        fix = f"add an IPv4 range for each zone to network.subnets.{home}.cidrs, or write `nat: single`."
        yield Finding(cause, fix, ("network", "nat"))


RULE = Rule(
    id="NET116",
    title="NAT gateway has no subnet in a zone",
    what="With `nat: per_zone`, the subnet tier of the NAT gateways has no subnet in one of the zones.",
    why="Private subnets in that zone would have no route to the internet.",
    fix="Add an IPv4 range for every zone to the tier, or write `nat: single`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    bad="""\
network:
  nat: per_zone
  subnets: {public: {cidrs: [10.0.0.0/24]}}
""",
    good="network: {nat: per_zone}",
    essential=True,
    check_spec=check,
)
