"""A domain that no load balancer answers to."""

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
        cause = f"none of the public load balancers ({listed(facing)}) answers to {clip(name)}."
        fix = f"add {clip(name)} to load_balancers.{facing[0]}.hostnames." if facing else "remove domain."
        yield Finding(cause, fix, ("domain", "name"))


RULE = Rule(
    id="DNS109",
    title="Domain leads nowhere",
    severity=Severity.WARNING,
    what="No internet-facing load balancer answers to `domain.name`.",
    why="No record is made for the name, so nobody reaches the stack under it.",
    fix="Add the name to a load balancer's `hostnames`, or remove `domain`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
    bad="load_balancers: {public: {hostnames: [www.example.com]}}",
    check_spec=check,
)
