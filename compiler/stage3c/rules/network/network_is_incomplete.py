"""VPC or subnet has no DNS, IP range or valid zone."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, flag
from stage3c.reach.proofs import vpcs_of_tasks
from stage3c.rules.rule import Rule, at

_OTHER_NETWORKS = (
    "ipv4_ipam_pool_id",
    "ipv4_netmask_length",
    "ipv6_cidr_block",
    "ipv6_ipam_pool_id",
    "ipv6_native",
    "assign_generated_ipv6_cidr_block",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every VPC and subnet by itself."""
    for vpc in graph.of_type("aws_vpc"):
        is_mute = flag(vpc.attributes.get("enable_dns_support"), default=True) is False
        if is_mute and vpc.address in vpcs_of_tasks(graph):
            yield at(vpc, "has enable_dns_support = false, so names do not resolve", "remove enable_dns_support")
    for resource in (*graph.of_type("aws_vpc"), *graph.of_type("aws_subnet")):
        given = [resource.attributes.get(name) for name in ("cidr_block", *_OTHER_NETWORKS)]
        if all(value is None for value in given) and not graph.is_handed_out(resource):
            yield at(resource, "has no cidr_block", 'set cidr_block = "10.0.0.0/16", or a part of it for a subnet')
    for route in graph.of_type("aws_route"):
        if not any(key.startswith("destination_") for key in route.attributes):
            yield at(route, "has no destination", 'set destination_cidr_block = "0.0.0.0/0"')
    for subnet in graph.of_type("aws_subnet"):
        zone = graph.resolved(subnet.attributes.get("availability_zone"))
        if isinstance(zone, str) and not _may_exist(zone):
            cause = f'has availability_zone "{zone}", which does not exist'
            yield at(subnet, cause, "set availability_zone to a zone such as eu-central-1a")


def _may_exist(zone: str) -> bool:
    """Judge zones of regions that are known; local and wavelength zones have longer names."""
    known: dict[str, str] = load("regions")["zone_letters_by_region"]
    region = next((code for code in known if zone.startswith(code) and "-" not in zone.removeprefix(code)), None)
    letters = zone.removeprefix(region) if region else ""
    return region is None or not known[region] or (len(letters) == 1 and letters.isalpha())


RULE = Rule(
    id="NET222",
    scope="terraform",
    title="VPC or subnet has no DNS, IP range or valid zone",
    what="A VPC has DNS support disabled, a VPC or subnet has no IP range, or a zone does not exist.",
    why=(
        "Without DNS tasks cannot find their registry, secrets or database; without an IP range AWS rejects "
        "it at apply."
    ),
    fix="Keep enable_dns_support on, and set `cidr_block` and an existing `availability_zone`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block         = "10.0.0.0/16"
  enable_dns_support = false
}
""",
    check_graph=check,
)
