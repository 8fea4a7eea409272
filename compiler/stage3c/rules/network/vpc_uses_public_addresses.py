"""VPC uses public addresses."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the VPC's network among those that nobody owns."""
    network = IPv4Network(stack.network.cidr)
    if not any(network.subnet_of(private) for private in _PRIVATE):
        cause = f"network.cidr is {network}, which is not a private range of RFC 1918 or RFC 6598."
        yield Finding(cause, "write `cidr: 10.0.0.0/16`.", ("network", "cidr"))


RULE = Rule(
    id="NET104",
    title="VPC uses public addresses",
    severity=Severity.WARNING,
    what="The range of the VPC is not in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.",
    why="AWS accepts it, but the real owners of these addresses cannot be reached from the VPC.",
    fix="Use a private range, such as `cidr: 10.0.0.0/16`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    bad="""\
network:
  cidr: 52.0.0.0/16
  subnets:
    public: {cidrs: [52.0.0.0/24, 52.0.1.0/24]}
    private: {cidrs: [52.0.2.0/24, 52.0.3.0/24]}
    database: {cidrs: [52.0.4.0/24, 52.0.5.0/24]}
""",
    check_spec=check,
)
