"""VPC size is out of range."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold the VPC's prefix length against AWS's bounds."""
    least, most = quota("vpc", "prefix_min"), quota("vpc", "prefix_max")
    network = IPv4Network(stack.network.cidr)
    if least <= network.prefixlen <= most:
        return
    fitting = IPv4Network((network.network_address, min(max(network.prefixlen, least), most)), strict=False)
    cause = f"network.cidr is {network}, a /{network.prefixlen}; AWS allows /{least} to /{most}."
    yield Finding(cause, f"write `cidr: {fitting}`.", ("network", "cidr"))


RULE = Rule(
    id="NET103",
    title="VPC size is out of range",
    what="A VPC is larger than /16 or smaller than /28.",
    why="AWS rejects it.",
    fix="Use /16 to /28, such as `cidr: 10.0.0.0/16`.",
    source="botocore 1.43.11 data/ec2 CreateVpc.CidrBlock",
    bad="network: {cidr: 10.0.0.0/15}",
    check_spec=check,
)
