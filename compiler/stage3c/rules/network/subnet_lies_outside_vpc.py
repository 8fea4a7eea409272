"""Subnet is outside the VPC."""

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
            cause = f"{network} is outside the VPC range {vpc}."
            yield Finding(cause, f"write a range within {vpc}, or a larger network.cidr.", path)


RULE = Rule(
    id="NET106",
    title="Subnet is outside the VPC",
    what="A subnet is not within `network.cidr`.",
    why="AWS rejects it with InvalidSubnet.Range, after the VPC was created.",
    fix="Write a range within `network.cidr`, or a larger `network.cidr`.",
    source="botocore 1.43.11 data/ec2 CreateSubnet.CidrBlock",
    bad="network: {subnets: {private: {cidrs: [10.0.2.0/24, 10.9.0.0/24]}}}",
    check_spec=check,
)
