"""A region that AWS does not have."""

from collections.abc import Iterator

from compiler.diagnostics import Finding, clip
from compiler.facts import load
from compiler.model.stack import Stack
from compiler.rules.network_facts import is_region_code
from compiler.rules.rule import Rule
from compiler.wording import listed, nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look the region up."""
    known = load("regions")["zone_letters_by_region"]
    if stack.region not in known and is_region_code(stack.region):
        near = nearest(stack.region, known)
        fix = f"write {near}." if near else f"write one of {listed(list(known), 40)}."
        yield Finding(f'"{clip(stack.region)}" is not a region of AWS.', fix, ("region",))


RULE = Rule(
    id="NET112",
    title="Region is unknown",
    what="`region` is not one of AWS's public regions.",
    why="Every call to AWS would go to a host that does not exist.",
    fix="Write the nearest region that is shown.",
    source="botocore 1.43.11 data/endpoints.json",
    bad="region: eu-centrall-1",
    check_spec=check,
)
