"""Subnet size is out of range."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota, subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold every subnet's prefix length against AWS's bounds."""
    least, most = quota("vpc", "prefix_min"), quota("vpc", "prefix_max")
    for path, network in subnets_of(stack):
        if not least <= network.prefixlen <= most:
            fitting = IPv4Network((network.network_address, min(max(network.prefixlen, least), most)), strict=False)
            cause = f"{network} is a /{network.prefixlen} subnet; AWS allows /{least} to /{most}."
            yield Finding(cause, f"write {fitting}.", path)


RULE = Rule(
    id="NET105",
    title="Subnet size is out of range",
    what="A subnet is larger than /16 or smaller than /28.",
    why="AWS rejects it; it reserves five addresses of each subnet.",
    fix="Use /16 to /28, such as `10.0.0.0/24`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    bad="network: {subnets: {database: {cidrs: [10.0.4.0/29, 10.0.5.0/29]}}}",
    check_spec=check,
)
