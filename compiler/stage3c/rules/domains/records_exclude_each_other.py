"""DNS records exclude each other."""

from collections import defaultdict
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, flag
from stage3c.rules.rule import Rule, at


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


RULE = Rule(
    id="TLS231",
    scope="terraform",
    title="DNS records exclude each other",
    what="A CNAME has the name of another record or of the zone itself, or the NS record of a zone is created again.",
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
