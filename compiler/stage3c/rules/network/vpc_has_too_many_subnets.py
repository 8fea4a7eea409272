"""VPC has too many subnets."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota, subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count all subnets."""
    count, most = sum(1 for _ in subnets_of(stack)), quota("vpc", "subnets")
    if count > most:
        cause = f"{len(stack.network.subnets)} subnet tiers have {count} subnets; the quota is {most} per VPC."
        yield Finding(cause, "merge subnet tiers that have the same route table.", ("network", "subnets"))


RULE = Rule(
    id="LIM101",
    title="VPC has too many subnets",
    what="The subnet tiers have more than 200 subnets in total.",
    why="The default quota is 200 subnets per VPC.",
    fix="Merge subnet tiers, or request a quota increase and ignore this rule.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    bad="network: {cidr: 10.0.0.0/8, subnets: {"
    + ", ".join(f"t{n}: {{cidrs: [10.1.{n}.0/25, 10.1.{n}.128/25], route_table: isolated}}" for n in range(100))
    + "}}",
    check_spec=check,
)
