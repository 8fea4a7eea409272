"""More subnets than a VPC can have."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota, subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count all subnets."""
    count, most = sum(1 for _ in subnets_of(stack)), quota("vpc", "subnets")
    if count > most:
        cause = f"{len(stack.network.subnets)} tiers have {count} subnets; a VPC holds {most}."
        yield Finding(cause, "merge tiers that have the same route table.", ("network", "subnets"))


RULE = Rule(
    id="LIM101",
    title="VPC has too many subnets",
    what="The tiers have more than 200 subnets in all.",
    why="AWS's quota is 200 subnets for a VPC unless it was raised.",
    fix="Merge tiers, or ask AWS to raise the quota and ignore this rule.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    bad="network: {cidr: 10.0.0.0/8, subnets: {"
    + ", ".join(f"t{n}: {{cidrs: [10.1.{n}.0/25, 10.1.{n}.128/25], route_table: isolated}}" for n in range(100))
    + "}}",
    check_spec=check,
)
