"""Certificate has too many names."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the names of each certificate that is to be made."""
    most = quota("certificate", "names")
    for key, balancer in stack.load_balancers.items():
        names = {hostname.lower() for hostname in hostnames_of(stack, key)}
        if balancer.https and balancer.https.certificate is None and len(names) > most:
            cause = f"load_balancers.{key} has {len(names)} hostnames; the quota of a certificate is {most}."
            yield Finding(
                cause,
                "combine hostnames with a wildcard, such as `hostnames: ['*.example.com']`.",
                ("load_balancers", key, "hostnames"),
            )


RULE = Rule(
    id="DNS105",
    title="Certificate has too many names",
    what="The certificate of a load balancer would have more than ten names.",
    why="The default quota of ACM is ten names per certificate.",
    fix="Use a wildcard such as `*.example.com`, or request a quota increase and ignore this rule.",
    source="botocore 1.43.11 data/acm RequestCertificate.SubjectAlternativeNames",
    bad="load_balancers: {public: {hostnames: [" + ", ".join(f"n{n}.example.com" for n in range(11)) + "]}}",
    good="load_balancers: {public: {hostnames: [shop.example.com, '*.shop.example.com']}}",
    check_spec=check,
)
