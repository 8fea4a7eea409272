"""Region does not exist."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import is_region_code
from stage3c.rules.rule import Rule
from stage3c.wording import listed, nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look the region up."""
    known = load("regions")["zone_letters_by_region"]
    if stack.region not in known and is_region_code(stack.region):
        near = nearest(stack.region, known)
        fix = f"write `region: {near}`." if near else f"write one of {listed(list(known), 40)}."
        yield Finding(f'region is "{clip(stack.region)}", which is not an AWS region.', fix, ("region",))


RULE = Rule(
    id="NET112",
    title="Region does not exist",
    what="`region` is not a public AWS region.",
    why="Every AWS call would fail.",
    fix="Write an AWS region, such as `region: eu-central-1`.",
    source="botocore 1.43.11 data/endpoints.json",
    bad="region: eu-centrall-1",
    check_spec=check,
)
