"""TLS without anything to make a certificate for."""

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
            cause = f"{name} has no certificate, and the spec no domain to make one for."
            yield Finding(cause, 'add "domain: {zone: …, name: …}", or "https: {certificate: …}".', path)
        elif not hostnames_of(stack, name):
            cause = f"{name} has no certificate and no hostnames; the first public load balancer has the domain's."
            yield Finding(cause, f'add "hostnames: [{name}.{clip(stack.domain.zone)}]" to {name}.', path)


RULE = Rule(
    id="LBA106",
    title="HTTPS has no certificate",
    what=("A load balancer has `https` without a `certificate`, and no name in a zone for which one could be made."),
    why=(
        "A listener on HTTPS cannot exist without a certificate, and a certificate needs a name whose zone proves it."
    ),
    fix="Add `domain`, or `hostnames` in its zone, or name an existing `certificate`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html"),
    bad="domain: null",
    good=("load_balancers: {public: {https: {certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1'}}}"),
    essential=True,
    check_spec=check,
)
