"""HTTP and HTTPS listeners use the same port."""

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
            fix = "write `http: 80`." if balancer.http != 80 else "write `https: {port: 443}`."  # noqa: PLR2004 - HTTP's own
            yield Finding(f"load_balancers.{name} uses port {balancer.http} for both http and https.", fix, at)


RULE = Rule(
    id="LBA109",
    title="HTTP and HTTPS listeners use the same port",
    what="`http` and `https.port` of a load balancer are the same.",
    why="AWS rejects the second listener with DuplicateListener.",
    fix="Use different ports, such as 80 and 443.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html",
    bad="load_balancers: {public: {http: 443}}",
    check_spec=check,
)
