"""DNS records exclude each other."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, flag
from stage3c.rules.rule import Rule, at

_WAYS: Final = (
    "weighted_routing_policy",
    "latency_routing_policy",
    "failover_routing_policy",
    "geolocation_routing_policy",
    "geoproximity_routing_policy",
    "cidr_routing_policy",
    "multivalue_answer_routing_policy",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the records of each name of each zone that the graph makes or looks up."""
    found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for record in graph.of_type("aws_route53_record"):
        zone = graph.target(record.attributes.get("zone_id"))
        name = _full(graph, zone, record.attributes.get("name")) if zone else None
        if zone and name and record.certain:
            found[zone.address, name].append(record)
            apex = _text(zone.attributes.get("name"))
            yield from _of_apex(record) if name == apex else ()
    for records in found.values():
        yield from _beside(records)


def _full(graph: Graph, zone: Resource, name: Value) -> str | None:
    """The whole name of a record, in small letters and without the last dot."""
    text, apex = _text(graph.resolved(name)), _text(zone.attributes.get("name"))
    if text is None or apex is None:
        return None
    return text if text == apex or text.endswith(f".{apex}") else f"{text}.{apex}".lstrip(".")


def _text(value: Value) -> str | None:
    return value.rstrip(".").lower() if isinstance(value, str) else None


def _of_apex(record: Resource) -> Iterator[Finding]:
    kind = record.attributes.get("type")
    if kind == "CNAME":
        yield at(record, "is a CNAME at the apex of its zone", 'set type = "A" with an alias block')
    if kind in ("NS", "SOA") and flag(record.attributes.get("allow_overwrite"), default=False) is False:
        cause = f"is the {kind} record of the zone itself, which Route 53 has already created"
        yield at(record, cause, "set allow_overwrite = true, or remove the record")


def _beside(records: list[Resource]) -> Iterator[Finding]:
    names = [each for each in records if each.attributes.get("type") == "CNAME"]
    others = [
        each for each in records if isinstance(kind := each.attributes.get("type"), str) and kind not in ("CNAME", "NS")
    ]
    if names and others:
        yield at(names[0], f"is a CNAME beside {others[0].address}", "remove one of the two")
    for kind in ("A", "AAAA", "CNAME"):
        yield from _of_one_type([each for each in records if each.attributes.get("type") == kind])


def _of_one_type(records: list[Resource]) -> Iterator[Finding]:
    """Records of one name and type are all routed in one way, and each has an identifier of its own."""
    ways = {record.address: next((way for way in _WAYS if record.attributes.get(way)), None) for record in records}
    simple = [record for record in records if ways[record.address] is None]
    routed = [record for record in records if ways[record.address] is not None]
    if simple and routed:
        cause = f"has a routing policy, but {simple[0].address} of the same name and type has none"
        yield at(routed[0], cause, "give each record of the name a set_identifier and the same routing policy")
    elif routed and len(set(ways.values())) > 1:
        cause = f"has another routing policy than the other records of its name, such as {routed[0].address}"
        yield at(routed[-1], cause, "give each record of the name the same routing policy")
    seen: set[str] = set()
    for record in routed:
        name = record.attributes.get("set_identifier")
        if isinstance(name, str) and name in seen:
            yield at(record, "has the set_identifier of another record of its name", "give each its own set_identifier")
        seen |= {name} if isinstance(name, str) else set()


RULE = Rule(
    id="TLS231",
    scope="terraform",
    title="DNS records exclude each other",
    what=(
        "A CNAME has the name of another record or of the zone itself, the records of a name are routed in several ways, "
        "or the NS record of a zone is created again."
    ),
    why="Route 53 rejects the change with InvalidChangeBatch.",
    fix="Use an alias record of type A instead of the CNAME.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat (2026-11-28)",
    bad_terraform="""\
resource "aws_route53_record" "apex" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "example.com"
  type    = "CNAME"
  ttl     = 300
  records = [aws_lb.web.dns_name]
}
""",
    check_graph=check,
)
