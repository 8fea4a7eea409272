"""A subnet that is no part of its VPC."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold every subnet against the VPC's network."""
    vpc = IPv4Network(stack.network.cidr)
    for path, network in subnets_of(stack):
        if not network.subnet_of(vpc):
            cause = f"{network} is not inside of the VPC {vpc}."
            yield Finding(cause, f"write a network from {vpc[0]} to {vpc[-1]}, or widen network.cidr.", path)


RULE = Rule(
    id="NET106",
    title="Subnet lies outside the VPC",
    what="A subnet's network is not inside of `network.cidr`.",
    why="AWS refuses it with InvalidSubnet.Range, after the VPC was made.",
    fix="Choose a network inside of the VPC's, or widen the VPC.",
    source="botocore 1.43.11 data/ec2 CreateSubnet.CidrBlock",
    bad="network: {subnets: {private: {cidrs: [10.0.2.0/24, 10.9.0.0/24]}}}",
    check_spec=check,
)
