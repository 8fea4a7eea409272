"""State region does not exist."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look the region up."""
    known = load("regions")["zone_letters_by_region"]
    region = stack.state.region
    if region is not None and region not in known:
        near = nearest(region, known)
        fix = f"write `region: {near}`, or remove it." if near else "remove state.region."
        yield Finding(f'state.region is "{clip(region)}", which is not an AWS region.', fix, ("state", "region"))


RULE = Rule(
    id="STA103",
    title="State region does not exist",
    what="`state.region` is not a public AWS region.",
    why="Terraform cannot reach the bucket, so `terraform init` fails.",
    fix="Write an AWS region, such as `region: eu-central-1`, or remove it for the region of the stack.",
    source="botocore 1.43.11 data/endpoints.json",
    bad="state: {region: eu-central}",
    check_spec=check,
)
