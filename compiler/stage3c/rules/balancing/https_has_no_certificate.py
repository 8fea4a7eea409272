"""HTTPS has no certificate."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for TLS without a certificate, a zone or a name."""
    for name, balancer in stack.load_balancers.items():
        if balancer.https is None or balancer.https.certificate is not None:
            continue
        path = ("load_balancers", name, "https")
        if stack.domain is None:
            cause = f"load_balancers.{name}.https has no certificate, and the spec has no domain to request one for."
            yield Finding(
                cause,
                "add `domain: {zone: example.com, name: shop.example.com}` with your domain, or `https: {certificate: ARN}`.",
                path,
            )
        elif not hostnames_of(stack, name):
            cause = (
                f"load_balancers.{name} has https but no hostnames; the domain "
                "name belongs to the first public load balancer."
            )
            yield Finding(cause, f"add `hostnames: [{name}.{clip(stack.domain.zone)}]` to load_balancers.{name}.", path)


RULE = Rule(
    id="LBA106",
    title="HTTPS has no certificate",
    what="A load balancer has `https` but neither a `certificate` nor a host name to request one for.",
    why="An HTTPS listener requires a certificate, and a certificate requires a domain name in a Route 53 zone.",
    fix="Add `domain: {zone: example.com, name: shop.example.com}`, `hostnames`, or the ARN of a `certificate`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html"),
    bad="domain: null",
    good=("load_balancers: {public: {https: {certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1'}}}"),
    essential=True,
    check_spec=check,
)
