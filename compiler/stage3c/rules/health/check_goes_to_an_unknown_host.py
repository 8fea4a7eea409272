"""Check goes to a host that no public load balancer serves."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import covers, hostnames_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the hosts of checks with the names of the public load balancers."""
    public = [name for name, balancer in stack.load_balancers.items() if balancer.scheme == "internet-facing"]
    served = [host for name in public for host in hostnames_of(stack, name)]
    for position, one in enumerate(stack.checks):
        if one.host and public and not any(covers(host, one.host) for host in served):
            cause = f"checks[{position}].host is {one.host}, which no internet-facing load balancer serves."
            fix = f"write `host: {served[0]}`." if served else "remove host."
            yield Finding(cause, fix, ("checks", position, "host"))


RULE = Rule(
    id="CHK109",
    title="Check goes to a host that is not served",
    what="`host` of a check is no host name of an internet-facing load balancer.",
    why="The request would reach another server, or none.",
    fix="Use a name from `load_balancers.*.hostnames` or `domain.name`.",
    source="The design of this language.",
    bad="""
checks: [{get: /api/status, json: {database_connected: true}, host: other.example.org}]
""",
    good="""
checks: [{get: /api/status, json: {database_connected: true}, host: shop.example.com}]
""",
    check_spec=check,
)
