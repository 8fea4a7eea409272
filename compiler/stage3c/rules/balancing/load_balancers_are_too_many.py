"""Too many load balancers for one region."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the load balancers."""
    count, most = len(stack.load_balancers), quota("load_balancer", "per_region")
    if count > most:
        cause = f"the spec has {count} load balancers; the default quota is {most} per region."
        yield Finding(cause, "let services share a load balancer, with `paths`.", ("load_balancers",))


RULE = Rule(
    id="LIM107",
    title="Too many load balancers for one region",
    severity=Severity.WARNING,
    what="The spec has more than 50 load balancers.",
    why="The default quota is 50 per region and account.",
    fix="Let services share a load balancer, or request a quota increase.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    bad="load_balancers: {" + ", ".join(f"b{n}: {{scheme: internal, subnets: private}}" for n in range(50)) + "}",
    check_spec=check,
)
