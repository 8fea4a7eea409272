"""A zone of another region."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the zones' beginnings with a region that is known."""
    if stack.region not in load("regions")["zone_letters_by_region"]:
        return
    for position, zone in enumerate(stack.network.zones):
        if zone[:-1] != stack.region:
            cause = f"{clip(zone)} is a zone of {clip(zone[:-1])}, and the region is {stack.region}."
            yield Finding(cause, f"write {stack.region}{zone[-1]}.", ("network", "zones", position))


RULE = Rule(
    id="NET111",
    title="Zone is not in the region",
    what="An availability zone does not belong to the stack's region.",
    why="Subnets can only be made in zones of the region that the stack is deployed to.",
    fix="Write a zone of the region, or correct `region`.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    bad="network: {zones: [eu-central-1a, us-east-1b]}",
    essential=True,
    check_spec=check,
)
