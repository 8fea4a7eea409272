"""Database subnets are in one availability zone."""

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
            cause = (
                f"network.subnets.{database.subnets} of databases.{name} covers "
                f"{', '.join(zones) or 'no zone'}; RDS requires two zones."
            )
            path = ("network", "subnets", database.subnets, "cidrs")
            yield Finding(
                cause, "add an IPv4 range for a second zone, such as `cidrs: [10.0.4.0/24, 10.0.5.0/24]`.", path
            )


RULE = Rule(
    id="DBS111",
    title="Database subnets are in one availability zone",
    what="The subnet tier of a database has fewer than two subnets.",
    why="An RDS subnet group must cover two zones, even for a database without a standby.",
    fix="Add an IPv4 range for a second zone to the tier, such as `cidrs: [10.0.4.0/24, 10.0.5.0/24]`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    bad="network: {subnets: {database: {cidrs: [10.0.4.0/24]}}}",
    check_spec=check,
)
