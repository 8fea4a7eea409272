"""CAA record forbids the certificate."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, items
from stage3c.rules.rule import Rule, at
from stage3c.views.certificates import names_on

_ISSUE: Final = re.compile(r'\d+ issue(?:wild)? "([^";]*)')
_AMAZON: Final = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


def check(graph: Graph) -> Iterator[Finding]:
    """The nearest CAA records at or above a name decide; one that only reports violations forbids nothing."""
    records = {
        str(r.attributes.get("name")).lower().rstrip("."): r for r in graph.of_type("aws_route53_record") if _is_caa(r)
    }
    for certificate in graph.of_type("aws_acm_certificate") if records else ():
        if certificate.attributes.get("private_key") is not None:
            continue  # imported: ACM issues nothing
        for name in names_on(graph, certificate):
            nearest = next((records[above] for above in _above(name) if above in records), None)
            if nearest is not None and _forbids(graph, nearest):
                cause = f"is for {name}, but {nearest.address} lets only other authorities issue"
                yield at(certificate, cause, "add '0 issue \"amazon.com\"' to its records")


def _is_caa(record: Resource) -> bool:
    return record.attributes.get("type") == "CAA" and isinstance(record.attributes.get("name"), str)


def _above(name: object) -> list[str]:
    labels = str(name).lower().rstrip(".").removeprefix("*.").split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _forbids(graph: Graph, record: Resource) -> bool:
    values = [graph.resolved(value) for value in items(record.attributes.get("records"))]
    texts = [value for value in values if isinstance(value, str)]
    issuers = [found[1].strip() for text in texts for found in [_ISSUE.match(text)] if found]
    return len(texts) == len(values) and bool(issuers) and not any(issuer in _AMAZON for issuer in issuers)


RULE = Rule(
    id="TLS224",
    scope="terraform",
    title="CAA record forbids the certificate",
    what="The CAA records of a domain name authorities that may issue its certificates, without Amazon.",
    why="ACM does not issue the certificate: CAA_ERROR. Terraform waits 75 minutes and fails.",
    fix='Add `0 issue "amazon.com"` to the records.',
    source="https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html (from memory)",
    bad_terraform="""\
resource "aws_route53_record" "caa" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "example.com"
  type    = "CAA"
  ttl     = 300
  records = ["0 issue \\"letsencrypt.org\\""]
}
""",
    good_terraform="""\
resource "aws_route53_record" "caa" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "example.com"
  type    = "CAA"
  ttl     = 300
  records = ["0 issue \\"letsencrypt.org\\"", "0 issue \\"amazon.com\\""]
}
""",
    check_graph=check,
)
