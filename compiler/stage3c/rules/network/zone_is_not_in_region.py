"""Availability zone is in another region."""

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
            cause = f"zone {clip(zone)} is in {clip(zone[:-1])}, but region is {stack.region}."
            yield Finding(cause, f"write {stack.region}{zone[-1]}.", ("network", "zones", position))


RULE = Rule(
    id="NET111",
    title="Availability zone is in another region",
    what="An availability zone is not in `region`.",
    why="Subnets can only be created in zones of the region.",
    fix="Write a zone of the region, such as `eu-central-1a` in `eu-central-1`.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    bad="network: {zones: [eu-central-1a, us-east-1b]}",
    essential=True,
    check_spec=check,
)
