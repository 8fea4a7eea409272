"""Region is not a region code."""

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
        near = nearest(stack.region, load("regions")["zone_letters_by_region"]) or "eu-central-1"
        cause = f'region is "{clip(stack.region)}", which is not a region code such as eu-central-1.'
        yield Finding(cause, f"write `region: {near}`.", ("region",))


RULE = Rule(
    id="NET126",
    title="Region is not a region code",
    what="`region` is not of the form `eu-central-1`.",
    why="Names and addresses contain the region, so nothing can be built without it.",
    fix="Write the region code, such as `region: eu-central-1`, not the city.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    bad="region: Frankfurt",
    essential=True,
    check_spec=check,
)
