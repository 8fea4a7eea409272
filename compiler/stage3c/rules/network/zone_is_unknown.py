"""Availability zone does not exist."""

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
            cause = f"{zone} is not a known zone of {stack.region}: {listed(known)}."
            fix = f"write {free[0]}." if free else f"remove {zone}."
            yield Finding(cause, fix, ("network", "zones", position))


RULE = Rule(
    id="NET124",
    title="Availability zone does not exist",
    severity=Severity.WARNING,
    what="The letter of an availability zone is not known in its region.",
    why="AWS rejects a subnet in a zone that the account does not have.",
    fix="Write an existing zone; `aws ec2 describe-availability-zones` lists those of your account.",
    source="cfn-lint 1.58.0 cfnlint/helpers.py AVAILABILITY_ZONES",
    bad="network: {zones: [eu-central-1a, eu-central-1g]}",
    check_spec=check,
)
