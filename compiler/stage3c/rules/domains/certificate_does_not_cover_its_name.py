"""Certificate does not cover the domain name."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource
from stage3c.resources.domain import covers
from stage3c.rules.rule import Rule, at
from stage3c.views.certificates import names_on
from stage3c.views.load_balancers import listeners_of, load_balancers
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the names that lead to each load balancer with those on its certificates, where both are known."""
    for balancer in (each.resource for each in load_balancers(graph)):
        covered = _covered(graph, balancer)
        if not covered:
            continue
        for record in graph.users(balancer, "aws_route53_record"):
            name = graph.resolved(record.attributes.get("name"))
            if isinstance(name, str) and "." in name and not any(covers(each, name) for each in covered):
                told = f"points {name} to {balancer.address}, whose certificates are for {listed(sorted(covered))}"
                yield at(record, told, f'set subject_alternative_names = ["{name}"] on the certificate')


def _covered(graph: Graph, balancer: Resource) -> set[str] | None:
    """The names on all certificates of a load balancer, or None where one is not known."""
    names: set[str] = set()
    for listener in (each.resource for each in listeners_of(graph, balancer)):
        if graph.users(listener, "aws_lb_listener_certificate") or graph.is_handed_out(listener):
            return None
        certificate = graph.target(graph.resolved(listener.attributes.get("certificate_arn")))
        if certificate is not None and certificate.type == "aws_acm_certificate" and certificate.mode == "resource":
            resolved = [name for name in names_on(graph, certificate) if name is not None]
            if not all(isinstance(name, str) for name in resolved):
                return None
            names |= {str(name).lower() for name in resolved}
        elif listener.attributes.get("certificate_arn") is not None:
            return None
    return names


RULE = Rule(
    id="TLS202",
    scope="graph",
    title="Certificate does not cover the domain name",
    what="A DNS record points to a load balancer whose certificates do not include that name.",
    why="Browsers reject the page: NET::ERR_CERT_COMMON_NAME_INVALID.",
    fix="Add the name to `subject_alternative_names` of the certificate.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html (2026-11-24)",
    bad_terraform="""\
resource "aws_acm_certificate" "web" {
  domain_name       = "www.example.com"
  validation_method = "DNS"
}
""",
    check_graph=check,
)
