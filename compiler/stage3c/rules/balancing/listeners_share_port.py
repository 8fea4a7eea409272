"""Two listeners on one port."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Path
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the two ports."""
    for name, balancer in stack.load_balancers.items():
        if balancer.https and balancer.https.port == balancer.http:
            path: Path = ("load_balancers", name)
            at = (*path, "http") if "http" in balancer.model_fields_set else (*path, "https")
            fix = 'write "http: 80".' if balancer.http != 80 else 'write "https: {port: 443}".'  # noqa: PLR2004 - HTTP's own
            yield Finding(f"{name} listens on {balancer.http} with TLS and without.", fix, at)


RULE = Rule(
    id="LBA109",
    title="Listeners share a port",
    what="A load balancer's `http` and `https.port` are the same.",
    why="AWS refuses the second with DuplicateListener.",
    fix="Give them different ports; 80 and 443 are usual.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html",
    bad="load_balancers: {public: {http: 443}}",
    check_spec=check,
)
