"""Two load balancers have the same hostname."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Path, clip
from stage3c.language.model.stack import Stack
from stage3c.resources.domain import hostnames_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for names that an earlier load balancer has."""
    owners: dict[str, str] = {}
    for key, balancer in stack.load_balancers.items():
        if balancer.scheme == "internal":
            continue
        for position, hostname in enumerate(hostnames_of(stack, key)):
            owner = owners.setdefault(hostname.lower(), key)
            if owner != key:
                at: Path = ("load_balancers", key)
                cause = f"{clip(hostname)} is already a hostname of load_balancers.{owner}."
                parent = hostname.removeprefix("*.").partition(".")[2]
                fix = f"write another name, such as `hostnames: [{key}.{clip(parent)}]`."
                yield Finding(cause, fix, (*at, "hostnames", position) if balancer.hostnames else at)


RULE = Rule(
    id="DNS103",
    title="Two load balancers have the same hostname",
    what="Two internet-facing load balancers have the same hostname.",
    why="A name has one alias record; the second overwrites the first or is rejected.",
    fix="Use different `hostnames` for each load balancer.",
    source=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html"
    ),
    bad="""\
load_balancers:
  other: {scheme: internet-facing, subnets: public, https: true, hostnames: [shop.example.com]}
services: {api: {load_balancer: other}}
""",
    check_spec=check,
)
