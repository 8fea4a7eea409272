"""CAA record forbids the certificate."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, items
from stage3c.rules.rule import Rule, at
from stage3c.views.certificates import names_on

_ISSUE: Final = re.compile(r'\d+ (issue|issuewild) "([^";]*)')
_OTHERS: Final = ("private_key", "certificate_body", "certificate_authority_arn")
"""Arguments of certificates that are imported or issued by a private authority: CAA records do not apply to those."""
_AMAZON: Final = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


def check(graph: Graph) -> Iterator[Finding]:
    """The nearest CAA records at or above a name decide; one that only reports violations forbids nothing."""
    records = {
        str(r.attributes.get("name")).lower().rstrip("."): r for r in graph.of_type("aws_route53_record") if _is_caa(r)
    }
    for certificate in graph.of_type("aws_acm_certificate") if records else ():
        if any(certificate.attributes.get(key) for key in _OTHERS):
            continue
        for name in names_on(graph, certificate):
            nearest = next((records[above] for above in _above(name) if above in records), None)
            if nearest is not None and _forbids(graph, nearest, is_wildcard=str(name).startswith("*.")):
                cause = f"is for {name}, but {nearest.address} allows only other certificate authorities"
                yield at(certificate, cause, "add '0 issue \"amazon.com\"' to its records")


def _is_caa(record: Resource) -> bool:
    return record.attributes.get("type") == "CAA" and isinstance(record.attributes.get("name"), str)


def _above(name: object) -> list[str]:
    labels = str(name).lower().rstrip(".").removeprefix("*.").split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _forbids(graph: Graph, record: Resource, *, is_wildcard: bool) -> bool:
    """For a wildcard, issuewild counts instead of issue where there is any; for other names it never does."""
    values = [graph.resolved(value) for value in items(record.attributes.get("records"))]
    texts = [value for value in values if isinstance(value, str)]
    found = [match for match in map(_ISSUE.match, texts) if match]
    tag = "issuewild" if is_wildcard and any(match[1] == "issuewild" for match in found) else "issue"
    issuers = [match[2].strip() for match in found if match[1] == tag]
    return len(texts) == len(values) and bool(issuers) and not any(issuer in _AMAZON for issuer in issuers)


RULE = Rule(
    id="TLS224",
    scope="terraform",
    title="CAA record forbids the certificate",
    what="The CAA records of a domain list the authorities that may issue its certificates, and Amazon is not among them.",
    why="ACM does not issue the certificate: CAA_ERROR. Terraform waits for the validation and fails.",
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
