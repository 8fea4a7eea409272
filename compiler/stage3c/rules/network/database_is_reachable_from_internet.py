"""Database is in a public subnet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of, tiers_to
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look where each database's tier leads."""
    closed = tiers_to(stack, "none") or tiers_to(stack, "nat_gateway")
    for name, database in stack.databases.items():
        if route_of(stack, database.subnets) == "internet_gateway":
            cause = (
                f"databases.{name} is in subnet tier {database.subnets}, whose default route is the internet gateway."
            )
            fix = (
                f"write `subnets: {closed[0]}`."
                if closed
                else 'add a tier whose route table has "default_route: none".'
            )
            yield Finding(cause, fix, ("databases", name, "subnets"))


RULE = Rule(
    id="NET123",
    title="Database is in a public subnet",
    what="The subnet tier of a database has a route to the internet gateway.",
    why="Then only a security group and `publicly_accessible` protect the data from the internet.",
    fix="Use a tier whose route table has `default_route: none`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    bad="databases: {orders: {subnets: public}}",
    good="databases: {orders: {subnets: database}}",
    check_spec=check,
)
