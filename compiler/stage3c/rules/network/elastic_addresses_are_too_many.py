"""Too many Elastic IP addresses."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the addresses of the NAT gateways."""
    wanted = any(table.default_route == "nat_gateway" for table in stack.network.route_tables.values())
    count = len(stack.network.zones) if stack.network.nat == "per_zone" and wanted else 0
    most = quota("vpc", "elastic_addresses_per_region")
    if count > most:
        cause = f"{count} zones need {count} Elastic IP addresses; the default quota is {most} per region."
        yield Finding(cause, "write `nat: single`, or use fewer zones.", ("network", "nat"))


RULE = Rule(
    id="LIM103",
    title="Too many Elastic IP addresses",
    severity=Severity.WARNING,
    what="One NAT gateway per zone needs more Elastic IP addresses than the quota of a region.",
    why="The default quota is five Elastic IP addresses per region and account.",
    fix="Write `nat: single`, use fewer zones, or request a quota increase.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    bad="""\
region: us-east-1
network:
  zones: [us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f]
  nat: per_zone
  subnets: {public: {cidrs: [10.0.0.0/26, 10.0.0.64/26, 10.0.0.128/26, 10.0.0.192/26, 10.0.1.0/26, 10.0.1.64/26]}}
""",
    good="network: {nat: per_zone}",
    check_spec=check,
)
