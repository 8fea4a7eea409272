"""Hostnames have no zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look for names without a zone; a certificate that cannot be made is another rule's fault."""
    for key, balancer in stack.load_balancers.items():
        needs_certificate = balancer.https is not None and balancer.https.certificate is None
        if (
            balancer.hostnames
            and balancer.scheme == "internet-facing"
            and stack.domain is None
            and not needs_certificate
        ):
            cause = f"the spec has no domain, so {listed(balancer.hostnames, 3)} gets no DNS record."
            fix = "add `domain: {zone: example.com, name: shop.example.com}` with your domain, or remove hostnames."
            yield Finding(cause, fix, ("load_balancers", key, "hostnames"))


RULE = Rule(
    id="DNS108",
    title="Hostnames have no zone",
    severity=Severity.WARNING,
    what="A load balancer has `hostnames`, but the spec has no `domain`.",
    why="No DNS records are created, so the names resolve only if they are managed elsewhere.",
    fix="Add `domain` with the Route 53 zone, or remove `hostnames`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
    bad="""\
domain: null
load_balancers: {public: {https: false, hostnames: [shop.example.com]}}
""",
    check_spec=check,
)
