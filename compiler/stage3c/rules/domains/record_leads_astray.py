"""A record that leads to the wrong place."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, blocks, is_known
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every record by itself."""
    for record in graph.of_type("aws_route53_record"):
        for fault in (*_faults(record), *_looked_up(graph, record)):
            yield at(record, fault, "mend its name, its alias or its records")


def _looked_up(graph: Graph, record: Resource) -> Iterator[str]:
    """A zone that is looked up is looked up by something."""
    zone = graph.target(record.attributes.get("zone_id"))
    if zone is None or zone.type != "aws_route53_zone" or zone.mode != "data":
        return
    if all(zone.attributes.get(key) is None for key in ("name", "zone_id", "tags", "vpc_id")):
        yield f"lies in {zone.address}, which is looked up by nothing"


def _faults(record: Resource) -> Iterator[str]:
    attributes = record.attributes
    aliases = blocks(attributes.get("alias"))
    if attributes.get("alias") is None and attributes.get("records") is None:
        yield "has neither an alias nor records"
    if attributes.get("records") is not None and attributes.get("ttl") is None and is_known(attributes.get("records")):
        yield "has records and no ttl"
    if aliases and isinstance(attributes.get("type"), str) and attributes.get("type") not in ("A", "AAAA"):
        yield f"is an alias of type {attributes.get('type')}"
    for alias in aliases:
        name, zone = alias.get("name"), alias.get("zone_id")
        if (
            isinstance(name, Ref)
            and isinstance(zone, Ref)
            and name.address != zone.address
            and "aws_lb" in name.address
        ):
            yield f"names {name.address} in the zone of {zone.address}"
        if zone is None or name is None:
            yield "has an alias without a name or a zone"


RULE = Rule(
    id="TLS203",
    scope="terraform",
    title="Record leads astray",
    what="An alias names one load balancer and the zone of another, or a record has neither an alias nor values.",
    why="Route 53 refuses it, or the name leads to the wrong place.",
    fix="Take name and zone_id of the alias from one load balancer.",
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
