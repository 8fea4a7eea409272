"""A database in a public tier."""

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
            cause = f"{name} stands in {database.subnets}, whose default route is internet_gateway."
            fix = (
                f'write "subnets: {closed[0]}".'
                if closed
                else 'add a tier whose route table has "default_route: none".'
            )
            yield Finding(cause, fix, ("databases", name, "subnets"))


RULE = Rule(
    id="NET123",
    title="Database stands in a public tier",
    what="A database's tier is routed to the internet gateway.",
    why=(
        "One change of a firewall or of `publicly_accessible` is then all that lies between the data and the internet."
    ),
    fix="Choose a tier whose route table has the default route `none`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    bad="databases: {orders: {subnets: public}}",
    good="databases: {orders: {subnets: database}}",
    check_spec=check,
)
