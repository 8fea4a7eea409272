"""Which ARN an argument takes: its service, kind, partition, region and account. One table for every key and argument."""

from msgspec import Struct

from stage3c.aws.facts import load

_PARTS = 6


class Place(Struct, frozen=True):
    """Where a stack is; a part that is not known is empty and compared with nothing."""

    partition: str = ""
    region: str = ""
    account: str = ""


def partition_of_region(region: str) -> str:
    """The partition of a region, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (2026-11-28)."""
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
    return next((name for prefix, name in prefixes.items() if region.startswith(prefix)), "aws")


def misfit(arn: str, shape: str, place: Place) -> str | None:
    """What is wrong with an ARN at an argument of a shape, as the end of a sentence; None where nothing is.

    A part with a hole such as `«region»` is not known, and nothing is said of it.
    """
    parts = arn.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return None
    _, partition, service, region, account, resource = parts
    wanted = load("arn_arguments")["shapes"][shape]
    beginnings = wanted["forms"].get(service)
    if beginnings is None and "«" not in service:
        return f"is an ARN of the service {service}, not of {wanted['what']}"
    if beginnings is not None and not resource.startswith((*beginnings, "«")):
        return f"is an ARN of {resource.partition('/')[0][:40]}, not of {wanted['what']}"
    found = wrong_place(Place(partition, region if wanted["regional"] else "", account if wanted["own"] else ""), place)
    if found is None and wanted["regional"] and not region and service != "iam":
        return "has no region"
    return found


def wrong_place(found: Place, place: Place) -> str | None:
    """Where an ARN is of another partition, region or account than the stack."""
    for part, is_there, expected in (
        ("partition", found.partition, place.partition),
        ("region", found.region, place.region),
        ("account", found.account, place.account),
    ):
        if is_there and expected and is_there != expected and "«" not in is_there + expected:
            return f"is of {part} {is_there}; the stack is of {part} {expected}"
    return None


def how_to_find(shape: str, region: str) -> str:
    """The command that prints such ARNs."""
    command: str = load("arn_arguments")["shapes"][shape]["find"]
    return command.format(region=region or "REGION")
