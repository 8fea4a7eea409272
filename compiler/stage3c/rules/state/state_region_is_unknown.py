"""A state bucket in a region that AWS does not have."""

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
        fix = f"write {near}, or remove it for the stack's own." if near else "remove it for the stack's own."
        yield Finding(f'"{clip(region)}" is not a region of AWS.', fix, ("state", "region"))


RULE = Rule(
    id="STA103",
    title="State's region is unknown",
    what="`state.region` is not one of AWS's public regions.",
    why="Terraform cannot reach the bucket, so `terraform init` fails.",
    fix="Write the nearest region that is shown, or remove it for the stack's own.",
    source="botocore 1.43.11 data/endpoints.json",
    bad="state: {region: eu-central}",
    check_spec=check,
)
