"""Subnets overlap."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding, Path, format_path
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import subnets_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare each subnet with the widest one that starts before it, in the order of addresses."""
    rank = {path: number for number, (path, _) in enumerate(subnets_of(stack))}
    widest: tuple[Path, IPv4Network] | None = None
    for path, network in sorted(subnets_of(stack), key=lambda item: (item[1], rank[item[0]])):
        if widest and widest[1].overlaps(network):
            first, second = sorted((widest, (path, network)), key=lambda item: rank[item[0]])
            cause = f"{second[1]} overlaps {first[1]} ({format_path(first[0])})."
            yield Finding(
                cause, f"write a range after {max(first[1].broadcast_address, second[1].broadcast_address)}.", second[0]
            )
        if widest is None or network.broadcast_address > widest[1].broadcast_address:
            widest = (path, network)


RULE = Rule(
    id="NET107",
    title="Subnets overlap",
    what="Two subnets overlap.",
    why="AWS rejects the second with InvalidSubnet.Conflict at apply.",
    fix="Write a range that no other subnet uses, such as `10.0.9.0/24`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    bad="network: {subnets: {private: {cidrs: [10.0.1.128/25, 10.0.3.0/24]}}}",
    check_spec=check,
)
