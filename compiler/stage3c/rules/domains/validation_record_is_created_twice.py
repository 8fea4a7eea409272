"""Validation record is created twice."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, flag, items, refs_in
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at certificates for a name and its wildcard, which ACM validates by one and the same record."""
    for certificate in graph.of_type("aws_acm_certificate"):
        names = [certificate.attributes.get("domain_name")]
        names += items(certificate.attributes.get("subject_alternative_names"))
        written = {name.lower() for name in names if isinstance(name, str)}
        pairs = sorted(name for name in written if f"*.{name}" in written)
        for record in graph.users(certificate, "aws_route53_record") if pairs else ():
            if _is_of_each_name(record, certificate):
                cause = f"is created for {pairs[0]} and for *.{pairs[0]}, which have the same validation record"
                yield at(record, cause, "set allow_overwrite = true")


def _is_of_each_name(record: Resource, certificate: Resource) -> bool:
    """Whether it comes from a for_each over the options; its key is then the name, and its content not known."""
    names = {ref.attribute for ref in refs_in(record.attributes) if ref.address == certificate.address}
    is_overwritten = flag(record.attributes.get("allow_overwrite"), default=False) is not False
    return record.mode == "resource" and not record.certain and bool(names) and not is_overwritten


RULE = Rule(
    id="TLS232",
    scope="terraform",
    title="Validation record is created twice",
    severity=Severity.WARNING,
    what="A certificate has a name and its wildcard, and a record is created for each of them without allow_overwrite.",
    why="Both have one validation record, so the second fails: InvalidChangeBatch, it already exists.",
    fix="Set `allow_overwrite = true` on the record.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/acm_certificate_validation (2026-11-28)",
    bad_terraform="""\
resource "aws_acm_certificate" "web" {
  domain_name               = "shop.example.com"
  subject_alternative_names = ["*.shop.example.com"]
  validation_method         = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.web.domain_validation_options : option.domain_name => option
  }
  zone_id = aws_route53_zone.main.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  ttl     = 60
  records = [each.value.resource_record_value]
}
""",
    check_graph=check,
)
