"""Database has subnets in one zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the zones of each database's tier."""
    for name, database in stack.databases.items():
        tier = stack.network.subnets.get(database.subnets)
        zones = set(stack.network.zones[: len(tier.cidrs)]) if tier else set()
        if tier and len(zones) <= 1:
            cause = f'tier "{database.subnets}" of {name} covers {", ".join(zones) or "no zone"}; a subnet group needs two zones.'
            path = ("network", "subnets", database.subnets, "cidrs")
            yield Finding(cause, "add a second CIDR to the tier.", path)


RULE = Rule(
    id="DBS111",
    title="Database has subnets in one zone",
    what="The tier of a database has fewer than two subnets.",
    why="RDS asks a subnet group for two zones, even for an instance that stands in one of them.",
    fix="Give the tier a second CIDR, and the network a second zone.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    bad="network: {subnets: {database: {cidrs: [10.0.4.0/24]}}}",
    check_spec=check,
)
