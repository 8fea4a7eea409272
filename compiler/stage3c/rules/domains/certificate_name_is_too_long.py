"""First name of a certificate is too long."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Measure the first name of each certificate that is to be made."""
    most = quota("certificate", "common_name_max_octets")
    for key, balancer in stack.load_balancers.items():
        names = hostnames_of(stack, key)[:1]
        if names and balancer.https and balancer.https.certificate is None and len(names[0]) > most:
            cause = f"{clip(names[0])} has {len(names[0])} characters; the first name of a certificate can have {most}."
            path = ("load_balancers", key, "hostnames", 0) if balancer.hostnames else ("domain", "name")
            yield Finding(
                cause, "put a name of at most 64 characters first in hostnames, such as shop.example.com.", path
            )


RULE = Rule(
    id="DNS104",
    title="First name of a certificate is too long",
    what="The first name of a certificate has more than 64 characters.",
    why="It becomes the common name, which X.509 limits to 64 characters; ACM rejects a longer one.",
    fix="Put a shorter name first in `hostnames`.",
    source="botocore 1.43.11 data/acm RequestCertificate.DomainName",
    bad=f"load_balancers: {{public: {{hostnames: [{'a' * 60}.example.com]}}}}",
    check_spec=check,
)
