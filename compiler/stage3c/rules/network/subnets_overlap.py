"""Two subnets that share addresses."""

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
            cause = f"{second[1]} shares addresses with {first[1]} ({format_path(first[0])})."
            yield Finding(cause, "move one of them to a network of its own.", second[0])
        if widest is None or network.broadcast_address > widest[1].broadcast_address:
            widest = (path, network)


RULE = Rule(
    id="NET107",
    title="Subnets overlap",
    what="Two subnets have addresses in common.",
    why="AWS refuses the second with InvalidSubnet.Conflict, and Terraform sees it only at apply time.",
    fix="Move one of them to addresses of its own.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    bad="network: {subnets: {private: {cidrs: [10.0.1.128/25, 10.0.3.0/24]}}}",
    check_spec=check,
)
