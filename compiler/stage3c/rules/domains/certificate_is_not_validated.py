"""Certificate is not validated before its listener."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, is_known, refs_in
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Follow each certificate from its request to its listener."""
    validations = graph.of_type("aws_acm_certificate_validation")
    for listener in graph.of_type("aws_lb_listener"):
        certificate = graph.target(listener.attributes.get("certificate_arn"))
        if certificate is not None and _is_pending(certificate) and not _waits(graph, listener, validations):
            yield at(
                listener,
                f"uses {certificate.address} before it is validated",
                "set certificate_arn to that of its aws_acm_certificate_validation",
            )
    covered = {ref.address for each in validations for ref in refs_in(each.attributes.get("certificate_arn"))}
    for certificate in graph.of_type("aws_acm_certificate"):
        if _is_pending(certificate) and not graph.is_handed_out(certificate):
            for fault, fix in _of_certificate(graph, certificate, covered=certificate.address in covered):
                yield at(certificate, fault, fix)
    for validation in validations:
        for fault, fix in _of_validation(graph, validation):
            yield at(validation, fault, fix)


def _of_certificate(graph: Graph, certificate: Resource, *, covered: bool) -> Iterator[tuple[str, str]]:
    if certificate.attributes.get("domain_name") is None:
        yield "has no domain_name", 'set domain_name = "shop.example.com"'
    if certificate.attributes.get("validation_method") is None:
        yield "has no validation_method", 'set validation_method = "DNS"'
    by_mail = certificate.attributes.get("validation_method") != "DNS"
    if covered and not by_mail and not graph.users(certificate, "aws_route53_record") and not _elsewhere(graph):
        yield "has no validation record", "add an aws_route53_record with its domain_validation_options"


def _of_validation(graph: Graph, validation: Resource) -> Iterator[tuple[str, str]]:
    certificate = graph.target(validation.attributes.get("certificate_arn"))
    if validation.attributes.get("certificate_arn") is None:
        yield "has no certificate_arn", "set certificate_arn = aws_acm_certificate.NAME.arn"
    waited = validation.attributes.get("validation_record_fqdns")
    if certificate is not None and waited and certificate.attributes.get("validation_method") == "EMAIL":
        cause = f"waits for records, but {certificate.address} is validated by email"
        yield cause, 'set validation_method = "DNS" on the certificate'
    for ref in refs_in(waited) if certificate is not None else ():
        record = graph.target(ref)
        is_record = record is not None and record.type == "aws_route53_record"
        if record is not None and is_record:
            yield from _of_record(record)
        if record is not None and is_record and certificate not in map(graph.target, refs_in(record.attributes)):
            yield (
                f"waits for {record.address}, which does not validate its certificate",
                "set validation_record_fqdns to the records of its own certificate",
            )


def _of_record(record: Resource) -> Iterator[tuple[str, str]]:
    """ACM looks for a CNAME whose name begins with an underscore."""
    name, kind = record.attributes.get("name"), record.attributes.get("type")
    if isinstance(name, str) and is_known(name) and not name.startswith("_"):
        cause = f"waits for {record.address}, whose name is not the resource_record_name of the certificate"
        yield cause, "set name to the resource_record_name of domain_validation_options"
    if isinstance(kind, str) and kind != "CNAME":
        cause = f"waits for {record.address}, which is of type {kind[:20]} instead of CNAME"
        yield cause, "set type to the resource_record_type of domain_validation_options"


def _is_pending(certificate: Resource) -> bool:
    issued = any(certificate.attributes.get(key) is not None for key in ("private_key", "certificate_authority_arn"))
    return certificate.type == "aws_acm_certificate" and certificate.mode == "resource" and not issued


def _waits(graph: Graph, listener: Resource, validations: tuple[Resource, ...]) -> bool:
    waits = graph.waits_of(listener)
    return any(validation.address in waits for validation in validations)


def _elsewhere(graph: Graph) -> bool:
    """Another DNS provider, or records that are not known, may hold the validation."""
    foreign = any("record" in r.type and not r.type.startswith("aws_") for r in graph.resources.values())
    return foreign or any(
        not is_known(r.attributes.get("name")) or not r.certain for r in graph.of_type("aws_route53_record")
    )


RULE = Rule(
    id="TLS201",
    scope="terraform",
    title="Certificate is not validated before its listener",
    what="A listener uses a certificate that nothing validates, or whose validation record does not exist.",
    why="AWS rejects the listener while the certificate is pending; or Terraform waits 75 minutes and fails.",
    fix="Add the validation records, and set `certificate_arn` to that of an aws_acm_certificate_validation.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html (2026-11-24)",
    bad_terraform="""\
# without aws_acm_certificate_validation.web

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.web.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
