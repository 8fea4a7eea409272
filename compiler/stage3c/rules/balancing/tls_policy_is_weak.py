"""TLS policy allows versions older than 1.2."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for policies that admit older versions."""
    facts = load("tls_policies")
    for name, balancer in stack.load_balancers.items():
        if balancer.https and balancer.https.tls_policy in facts["admits_older_tls"]:
            cause = f"{balancer.https.tls_policy} allows TLS versions older than 1.2."
            yield Finding(
                cause, f"write `tls_policy: {facts['recommended']}`.", ("load_balancers", name, "https", "tls_policy")
            )


RULE = Rule(
    id="LBA108",
    title="TLS policy allows versions older than 1.2",
    what="`tls_policy` allows TLS 1.0 or 1.1.",
    why="TLS 1.0 and 1.1 are deprecated (RFC 8996) and fail security audits.",
    fix="Write `tls_policy: ELBSecurityPolicy-TLS13-1-2-2021-06`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    bad="load_balancers: {public: {https: {tls_policy: ELBSecurityPolicy-2016-08}}}",
    check_spec=check,
)
