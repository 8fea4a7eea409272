"""Security group has too many rules."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule, found_at

_DIRECTIONS: Final = ("ingress", "egress")


def check(graph: Graph) -> Iterator[Finding]:
    """Count the rules that refer to each group."""
    most = quota("vpc", "rules_per_security_group_direction")
    for direction in _DIRECTIONS:
        rules = graph.of_type(f"aws_vpc_security_group_{direction}_rule")
        owners = Counter(
            owner.address for rule in rules if (owner := graph.target(rule.attributes.get("security_group_id")))
        )
        for address, count in sorted(owners.items()):
            if count > most:
                cause = f"{address} has {count} {direction} rules; the quota is {most}."
                fix = "allow fewer, wider IP ranges, or use several load balancers."
                yield found_at(graph.resources[address], cause, fix)


RULE = Rule(
    id="LIM106",
    scope="graph",
    title="Security group has too many rules",
    what="A security group has more than 60 rules in one direction.",
    why="AWS rejects the 61st rule with RulesPerSecurityGroupLimitExceeded, during the deployment.",
    fix="Allow fewer, wider IP ranges, or use several load balancers.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    bad="load_balancers: {public: {allow_from: [" + ", ".join(f"203.0.{n}.0/24" for n in range(31)) + "]}}",
    good="load_balancers: {public: {allow_from: [203.0.112.0/20]}}",
    check_graph=check,
)
