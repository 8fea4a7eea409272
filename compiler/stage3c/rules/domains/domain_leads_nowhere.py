"""Domain name has no load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look the domain up among all names."""
    if stack.domain is None:
        return
    facing = [key for key, balancer in stack.load_balancers.items() if balancer.scheme == "internet-facing"]
    served = {hostname.lower() for key in facing for hostname in hostnames_of(stack, key)}
    name = stack.domain.name.lower()
    if name not in served and f"*.{name.partition('.')[2]}" not in served:
        cause = f"{clip(name)} is not a hostname of any public load balancer ({listed(facing)})."
        fix = f"add {clip(name)} to load_balancers.{facing[0]}.hostnames." if facing else "remove domain."
        yield Finding(cause, fix, ("domain", "name"))


RULE = Rule(
    id="DNS109",
    title="Domain name has no load balancer",
    severity=Severity.WARNING,
    what="`domain.name` is not a hostname of any internet-facing load balancer.",
    why="No DNS record is created for the name, so it does not resolve.",
    fix="Add the name to `hostnames` of a load balancer, or remove `domain`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
    bad="load_balancers: {public: {hostnames: [www.example.com]}}",
    check_spec=check,
)
