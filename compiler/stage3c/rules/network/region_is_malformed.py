"""A region that is not written as AWS writes regions."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import is_region_code
from stage3c.rules.rule import Rule
from stage3c.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the region's form."""
    if not is_region_code(stack.region):
        near = nearest(stack.region, load("regions")["zone_letters_by_region"]) or "a code such as eu-central-1"
        cause = f'"{clip(stack.region)}" is not of the form of eu-central-1.'
        yield Finding(cause, f"write {near}.", ("region",))


RULE = Rule(
    id="NET126",
    title="Region is malformed",
    what="`region` is not words and a number joined by hyphens.",
    why="Names and addresses are made from the region, so nothing can be built without one.",
    fix="Write the region's code, such as `eu-central-1`, not its city.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    bad="region: Frankfurt",
    essential=True,
    check_spec=check,
)
