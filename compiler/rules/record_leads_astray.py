"""A record that leads to the wrong place."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.graph import Graph, Ref, Resource, blocks, flag, is_known
from compiler.rules.rule import Rule
from compiler.rules.task_facts import at, load_balancers


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every record by itself, and at the name of each public load balancer of a stack with a zone."""
    for record in graph.of_type("aws_route53_record"):
        for fault in (*_faults(record), *_outside(graph, record)):
            yield at(record, fault, "mend its name, its alias or its records")
    named = {
        ref.address
        for record in graph.of_type("aws_route53_record")
        for alias in blocks(record.attributes.get("alias"))
        if isinstance(ref := alias.get("name"), Ref)
    }
    certified = [each for each in load_balancers(graph) if _has_own_certificate(graph, each)]
    for balancer in certified:
        if balancer.address not in named and graph.of_type("aws_route53_record"):
            yield at(balancer, "has a certificate for names that no record leads to it", "write an alias record")


def _outside(graph: Graph, record: Resource) -> Iterator[str]:
    """A name that is written out lies in the zone, where that is looked up by its name."""
    zone, name = graph.target(record.attributes.get("zone_id")), graph.resolved(record.attributes.get("name"))
    if zone is None or zone.type != "aws_route53_zone":
        return
    if zone.attributes.get("name") is None and zone.mode == "data" and zone.attributes.get("zone_id") is None:
        yield f"lies in {zone.address}, which is looked up by nothing"
    domain = graph.resolved(zone.attributes.get("name"))
    if isinstance(domain, str) and isinstance(name, str) and "." in name:
        bare = domain.rstrip(".").lower()
        if name.rstrip(".").lower() != bare and not name.rstrip(".").lower().endswith(f".{bare}"):
            yield f"is {name[:80]}, which is not in {bare[:80]}"


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


def _has_own_certificate(graph: Graph, balancer: Resource) -> bool:
    """A public load balancer whose listener has a certificate that this stack asks for."""
    users = [user for user in graph.users(balancer) if "listener" in user.type]
    certificates = [graph.target(graph.resolved(user.attributes.get("certificate_arn"))) for user in users]
    own = any(
        each is not None and each.type == "aws_acm_certificate" and each.mode == "resource" for each in certificates
    )
    return own and flag(balancer.attributes.get("internal"), default=False) is False


RULE = Rule(
    id="TLS203",
    title="Record leads astray",
    what="An alias names one load balancer and the zone of another, or a record has neither an alias nor values.",
    why="Route 53 refuses it, or the name leads to the wrong place.",
    fix="Take name and zone_id of the alias from one load balancer.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html (2026-11-24)",
    bad_terraform="""\
resource "aws_route53_record" "web" {
  zone_id = "Z1"
  name    = "shop.example.com"
  type    = "CNAME"
  ttl     = 60
}
""",
    good_terraform="""\
resource "aws_route53_record" "web" {
  zone_id = "Z1"
  name    = "shop.example.com"
  type    = "CNAME"
  ttl     = 60
  records = ["shop.example.net"]
}
""",
    check_graph=check,
)
