"""A VPC without DNS, or without a network."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, flag
from stage3c.rules.rule import Rule

_OTHER_NETWORKS = (
    "ipv4_ipam_pool_id",
    "ipv4_netmask_length",
    "ipv6_cidr_block",
    "ipv6_native",
    "assign_generated_ipv6_cidr_block",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every VPC and subnet by itself."""
    for vpc in graph.of_type("aws_vpc"):
        if flag(vpc.attributes.get("enable_dns_support"), default=True) is False:
            yield _finding(vpc, "has enable_dns_support = false, so no name is resolved in it", "remove the argument.")
    for resource in (*graph.of_type("aws_vpc"), *graph.of_type("aws_subnet")):
        given = [resource.attributes.get(name) for name in ("cidr_block", *_OTHER_NETWORKS)]
        if all(value is None for value in given) and not graph.is_handed_out(resource):
            yield _finding(resource, "has no network", "give it a cidr_block.")
    for route in graph.of_type("aws_route"):
        if not any(key.startswith("destination_") for key in route.attributes):
            yield _finding(route, "has no destination", "give it a destination_cidr_block.")
    for subnet in graph.of_type("aws_subnet"):
        zone = graph.resolved(subnet.attributes.get("availability_zone"))
        if isinstance(zone, str) and not _may_exist(zone):
            yield _finding(subnet, f'names the zone "{zone}", which does not exist', "name a zone of the region.")


def _may_exist(zone: str) -> bool:
    """Judge zones of regions that are known; local and wavelength zones have longer names."""
    known: dict[str, str] = load("regions")["zone_letters_by_region"]
    region = next((code for code in known if zone.startswith(code) and "-" not in zone.removeprefix(code)), None)
    letters = zone.removeprefix(region) if region else ""
    return region is None or not known[region] or (len(letters) == 1 and letters.isalpha())


def _finding(resource: Resource, cause: str, fix: str) -> Finding:
    return Finding(f"{resource.address} {cause}.", fix, resource.origin.path, resource.origin.span)


RULE = Rule(
    id="NET222",
    scope="terraform",
    title="VPC or subnet is incomplete",
    what="A VPC has DNS support switched off, or a VPC or a subnet has no network of its own, or a zone that does not exist.",
    why="Without DNS no task finds its registry, its secrets or its database; without a network AWS refuses it at apply.",
    fix="Leave enable_dns_support on, and give each VPC and subnet a cidr_block and a zone of its region.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block         = "10.0.0.0/16"
  enable_dns_support = false
}
""",
    check_graph=check,
)
