"""DNS record name is outside its zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare written names with the names of their zones, where both are known.

    The provider puts the name of the zone behind a name that does not end in it; so only a name with more labels than
    its zone, which hardly anybody means to be relative, is told.
    """
    for record in graph.of_type("aws_route53_record"):
        zone = graph.target(record.attributes.get("zone_id"))
        domain = graph.resolved(zone.attributes.get("name")) if zone and zone.type == "aws_route53_zone" else None
        name = graph.resolved(record.attributes.get("name"))
        if not isinstance(domain, str) or not isinstance(name, str):
            continue
        bare, written = domain.rstrip(".").lower(), name.rstrip(".").lower()
        inside = written == bare or written.endswith(f".{bare}")
        if not inside and written.count(".") >= bare.count(".") > 0 and written.count(".") > 1:
            yield at(
                record, f"becomes {clip(f'{name}.{domain}')}", f'set name = "{clip(name.split(".")[0])}.{clip(domain)}"'
            )


RULE = Rule(
    id="TLS222",
    scope="terraform",
    title="DNS record name is outside its zone",
    severity=Severity.WARNING,
    what="The name of a record looks like a full domain name, but does not end in the name of its zone.",
    why="The zone name is appended: shop.example.org becomes shop.example.org.example.com.",
    fix='Write a name in the zone, such as `name = "shop.example.com"`.',
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/route53_record",
    bad_terraform="""\
resource "aws_route53_record" "web" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "shop.example.org"
  type    = "CNAME"
  ttl     = 60
  records = ["shop.example.net"]
}
""",
    check_graph=check,
)
