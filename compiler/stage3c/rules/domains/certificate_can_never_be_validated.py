"""Certificate cannot be validated."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks, flag, is_known, items
from stage3c.rules.rule import Rule, at
from stage3c.views.certificates import names_on
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Count the records of each validation, and look whether the names lie in the zones of these records."""
    for each in graph.of_type("aws_acm_certificate"):
        yield from _of_mail(each)
    for validation in graph.of_type("aws_acm_certificate_validation"):
        certificate = graph.target(validation.attributes.get("certificate_arn"))
        waited = validation.attributes.get("validation_record_fqdns")
        if certificate is None or certificate.type != "aws_acm_certificate" or waited is None:
            continue
        names, records = _names(graph, certificate), items(waited)
        if names is None or not is_known(waited) or not all(_is_single(graph, record) for record in records):
            continue
        for zone in _private_zones(graph, records):
            yield at(
                certificate,
                f"has validation records in {zone}, a private zone that ACM cannot see",
                "use the public zone",
            )
        distinct = {str(record) for record in records}
        if len(distinct) < len(names):
            cause = f"waits for {len(distinct)} records, but {certificate.address} has {len(names)} names"
            yield at(validation, cause, "add the fqdn of one aws_route53_record per name to validation_record_fqdns")
        zones = _zones(graph, records)
        outside = sorted(name for name in names if zones and not any(_lies_in(name, zone) for zone in zones))
        if outside:
            cause = f"is for {outside[0]}, but its validation records are in zone {listed(sorted(zones))}"
            yield at(certificate, cause, f"set zone_id of the validation record to the zone of {outside[0]}")


def _names(graph: Graph, certificate: Resource) -> set[str] | None:
    """The names that must be proven, each once: a wildcard shares the record of the name below it."""
    names = names_on(graph, certificate)
    if not all(isinstance(name, str) for name in names):
        return None
    return {str(name).lower().rstrip(".").removeprefix("*.") for name in names}


def _is_single(graph: Graph, record: Value) -> bool:
    """One record of one name, not a list of those of for_each."""
    target = graph.target(record)
    return isinstance(record, Ref) and target is not None and target.type == "aws_route53_record" and target.certain


def _zones(graph: Graph, records: list[Value]) -> set[str]:
    """The names of the zones of records; nothing where one is not known."""
    zones = [_zone(graph, graph.target(record)) for record in records]
    return {zone for zone in zones if zone} if all(zones) else set()


def _private_zones(graph: Graph, records: list[Value]) -> list[str]:
    """The addresses of private zones in which records stand."""
    targets = [graph.target(record) for record in records]
    zones = [graph.target(target.attributes.get("zone_id")) for target in targets if target is not None]
    return sorted({zone.address for zone in zones if zone is not None and _is_private(zone)})


def _is_private(zone: Resource) -> bool:
    """Tell whether a zone is looked up as a private one, or made for VPCs."""
    return bool(flag(zone.attributes.get("private_zone"))) or bool(blocks(zone.attributes.get("vpc")))


def _of_mail(certificate: Resource) -> Iterator[Finding]:
    """Mail goes to the domain itself or to one above it."""
    for option in blocks(certificate.attributes.get("validation_option")):
        name, domain = option.get("domain_name"), option.get("validation_domain")
        if isinstance(name, str) and isinstance(domain, str) and not _lies_in(name.lower(), domain.lower()):
            yield at(certificate, f"validates {name} by mail to {domain}, which is not above it", f"use {name}")


def _zone(graph: Graph, record: Resource | None) -> str | None:
    zone = graph.target(record.attributes.get("zone_id")) if record is not None else None
    name = graph.resolved(zone.attributes.get("name")) if zone is not None else None
    return name.lower().rstrip(".") if isinstance(name, str) else None


def _lies_in(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")


RULE = Rule(
    id="TLS221",
    scope="terraform",
    title="Certificate cannot be validated",
    what="A certificate has more names than validation records, or a name outside the zones of those records.",
    why="Terraform rejects the validation, or waits 75 minutes for it and fails.",
    fix="Create one validation record per name, in the zone of that name.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html (2026-11-23)",
    bad_terraform="""\
resource "aws_acm_certificate" "web" {
  domain_name       = "shop.example.org"
  validation_method = "DNS"
}
""",
    check_graph=check,
)
