"""The availability zones that the account may use."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.wording import listed


def ask(account: Account, _stack: Stack) -> Json:
    """The zones of the region that are there for this account; old zones are closed to new accounts."""
    told = account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    usable = (each for each in told if each.get("OptInStatus") != "not-opted-in")
    return sorted(each["ZoneName"] for each in usable)


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Each zone of the spec must be one of them."""
    for zone in stack.network.zones:
        if zone not in answer:
            cause = f"the account has no zone {zone}; those of {stack.region} are {listed(answer)}."
            yield Problem(cause, "name others in network.zones.")


CHECK = Check(
    id="PRE118",
    title="Availability zones are there for this account",
    why="A subnet in a zone that is closed to the account ends the apply.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html (2026-11-26)",
    ask=ask,
    answer=[str],
    judge=judge,
)
