"""A zone letter that the region is not known to have."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look the zones' letters up, where the region's are known."""
    letters = load("regions")["zone_letters_by_region"].get(stack.region, "")
    for position, zone in enumerate(stack.network.zones):
        if letters and zone[:-1] == stack.region and zone[-1] not in letters:
            known = [f"{stack.region}{letter}" for letter in letters]
            free = [other for other in known if other not in stack.network.zones]
            cause = f"{zone} is not among the known zones of the region: {listed(known)}."
            fix = f"write {free[0]}." if free else "remove it."
            yield Finding(cause, fix, ("network", "zones", position))


RULE = Rule(
    id="NET124",
    title="Zone is unknown",
    severity=Severity.WARNING,
    what="An availability zone's letter is not among those known of its region.",
    why="An account sees only some of a region's zones, and a subnet in any other is refused at apply time.",
    fix=("Write one of the zones that are shown; `aws ec2 describe-availability-zones` lists those of an account."),
    source="cfn-lint 1.58.0 cfnlint/helpers.py AVAILABILITY_ZONES",
    bad="network: {zones: [eu-central-1a, eu-central-1g]}",
    check_spec=check,
)
