"""Certificate is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Resource, flag, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.certificates import names_on

_BEFORE_BALANCERS = (
    "aws_cloudfront_distribution",
    "aws_globalaccelerator_endpoint_group",
    "aws_apigatewayv2_integration",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Follow certificates to listeners, and names to load balancers, in a stack that writes records."""
    shown = {ref.address for ref in graph.shown}
    awaited = {address for resource in graph.resources.values() for address in resource.depends_on}
    for certificate in (*graph.of_type("aws_acm_certificate"), *graph.of_type("aws_acm_certificate_validation")):
        users = [user for user in graph.users(certificate) if user.type != "aws_route53_record"]
        if not users and certificate.address not in shown | awaited and certificate.certain:
            yield at(certificate, "is not used", "set certificate_arn of an HTTPS listener to its ARN")
    records = graph.of_type("aws_route53_record")
    named = {ref.address for record in records for ref in refs_in(record.attributes)}
    for balancer in graph.of_type("aws_lb") if records else ():
        fronts = any(user.type in _BEFORE_BALANCERS for user in graph.users(balancer))
        known = not fronts and not graph.is_handed_out(balancer) and balancer.ref("zone_id") not in graph.shown
        if known and balancer.address not in named and _has_own_certificate(graph, balancer):
            yield at(
                balancer,
                "has a certificate, but no DNS record points to it",
                f"add an aws_route53_record with an alias to {balancer.address}.dns_name",
            )
    for certificate in graph.of_type("aws_acm_certificate"):
        names = {n.lower() for n in names_on(graph, certificate) if isinstance(n, str) and not n.startswith("*.")}
        written = {str(graph.resolved(record.attributes.get("name"))).lower() for record in records}
        for name in sorted(names - written) if names & written else ():
            cause = f"includes {clip(name)}, which has no DNS record, unlike its other names"
            yield at(certificate, cause, f'add an aws_route53_record with name = "{clip(name)}"')


def _has_own_certificate(graph: Graph, balancer: Resource) -> bool:
    """A public load balancer whose listener has a certificate that this stack asks for."""
    listeners = [user for user in graph.users(balancer) if "listener" in user.type]
    certificates = [graph.target(graph.resolved(each.attributes.get("certificate_arn"))) for each in listeners]
    own = any(each and each.type == "aws_acm_certificate" and each.mode == "resource" for each in certificates)
    return own and flag(balancer.attributes.get("internal"), default=False) is False


RULE = Rule(
    id="TLS223",
    scope="terraform",
    title="Certificate is not used",
    severity=Severity.WARNING,
    what="A certificate or its validation is not used, or a load balancer with a certificate has no DNS record.",
    why="Requests for the domain name do not reach the load balancer.",
    fix="Set `certificate_arn` of a listener, and add an alias record for the load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html (2026-11-23)",
    bad_terraform="""\
resource "aws_acm_certificate" "unused" {
  domain_name       = "www.example.com"
  validation_method = "DNS"
}
""",
    check_graph=check,
)
