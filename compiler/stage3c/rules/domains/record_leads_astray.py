"""DNS record has the wrong target."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource

# Hosted zones of application load balancers, https://docs.aws.amazon.com/general/latest/gr/elb.html (from memory).
_ZONES: Final = {
    "Z35SXDOTRQ7X7K": "us-east-1", "Z3AADJGX6KTTL2": "us-east-2", "Z368ELLRRE2KJ0": "us-west-1",
    "Z1H1FL5HABSF5": "us-west-2", "Z32O12XQLNTSW2": "eu-west-1", "ZHURV8PSTC4K8": "eu-west-2", "Z3Q77PNBQS71R4": "eu-west-3",
    "Z215JYRZR1TBD5": "eu-central-1", "Z23TAZ6LKFMNIO": "eu-north-1", "Z1LMS91P8CMLE5": "ap-southeast-1",
    "Z1GM3OXH4ZPM65": "ap-southeast-2", "Z14GRHDCWA56QT": "ap-northeast-1", "ZP97RAFLXTNZK": "ap-south-1",
    "ZQSVJUPU6J1EY": "ca-central-1", "Z2P70J7HTTTPLU": "sa-east-1",
}  # fmt: skip

_NO_NAMES: Final = ("arn", "id", "arn_suffix")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every record by itself."""
    for record in graph.of_type("aws_route53_record"):
        for fault in (*_faults(graph, record), *_looked_up(graph, record)):
            yield at(record, *fault)


def _is_same_zone(attributes: Mapping[str, Value], zone: Value) -> bool:
    """Tell whether the zone of an alias is that of its record; a zone has its id under two names."""
    own = attributes.get("zone_id")
    return zone == own or (isinstance(own, Ref) and isinstance(zone, Ref) and own.address == zone.address)


def _looked_up(graph: Graph, record: Resource) -> Iterator[tuple[str, str]]:
    """A zone that is looked up is looked up by something."""
    zone = graph.target(record.attributes.get("zone_id"))
    if zone is None or zone.type != "aws_route53_zone" or zone.mode != "data":
        return
    if all(zone.attributes.get(key) is None for key in ("name", "zone_id", "tags", "vpc_id")):
        yield (
            f"is in {zone.address}, which has neither name nor zone_id",
            'set name = "example.com" on that data source',
        )


def _faults(graph: Graph, record: Resource) -> Iterator[tuple[str, str]]:
    attributes = record.attributes
    aliases = blocks(attributes.get("alias"))
    if attributes.get("alias") is None and attributes.get("records") is None:
        yield "has neither alias nor records", 'set ttl = 60 and records = ["192.0.2.10"], or add an alias block'
    if attributes.get("records") is not None and attributes.get("ttl") is None and is_known(attributes.get("records")):
        yield "has records but no ttl", "set ttl = 60"
    targets = [graph.target(alias.get("name")) for alias in aliases]
    to_balancer = any(target is not None and target.type == "aws_lb" for target in targets)
    if to_balancer and isinstance(attributes.get("type"), str) and attributes.get("type") not in ("A", "AAAA"):
        yield f"is an alias of type {attributes.get('type')}; aliases of load balancers are A or AAAA", 'set type = "A"'
    for alias in aliases:
        name, zone = alias.get("name"), alias.get("zone_id")
        target = graph.target(name)
        if target and target.type == "aws_lb" and isinstance(zone, Ref) and target.address != zone.address:
            yield (
                f"has an alias to {target.address} with the zone_id of {zone.address}",
                f"set zone_id = {target.address}.zone_id",
            )
        home = region_of_resource(graph, target) if target and target.type == "aws_lb" else None
        if isinstance(zone, str) and home and _ZONES.get(zone, home) != home and target:
            yield (
                f"has an alias to {target.address} with the hosted zone of load balancers in {_ZONES[zone]}",
                f"set zone_id = {target.address}.zone_id",
            )
        if isinstance(name, str) and name.rstrip(".") == attributes.get("name") and _is_same_zone(attributes, zone):
            yield "is an alias of itself", "set the name of the alias to that of the load balancer"
        if isinstance(name, Ref) and name.attribute in _NO_NAMES and target and target.mode == "resource":
            yield f"has an alias to {name}, which is no DNS name", f"use the DNS name of {target.address}"
        if zone is None or name is None:
            yield (
                "has an alias without name or zone_id",
                "set name = aws_lb.NAME.dns_name and zone_id = aws_lb.NAME.zone_id",
            )


RULE = Rule(
    id="TLS203",
    scope="terraform",
    title="DNS record has the wrong target",
    what=(
        "An alias has the name of one load balancer and the zone of another, or a record has neither an alias"
        " nor values."
    ),
    why="Route 53 rejects it, or the name resolves to the wrong load balancer.",
    fix="Set name and zone_id of the alias from the same load balancer.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html (2026-11-24)",
    bad_terraform="""\
resource "aws_route53_record" "web" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "shop.example.com"
  type    = "CNAME"
  ttl     = 60
}
""",
    check_graph=check,
)
