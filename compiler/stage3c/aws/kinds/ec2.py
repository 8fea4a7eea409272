"""What the EC2 types share: descriptions, tags, and who uses a network interface's neighbourhood."""

import re
from collections.abc import Callable, Iterable, Iterator

from stage3c.aws.kinds.kind import Aws, By, Json, Known, Match, Use, of_arn, tags_of


def described(call: str, members: str, parameter: str, *missing: str) -> Callable[[Aws, str], Json]:
    """A `look` that passes over what is deleted already, which EC2 lists for about an hour."""

    def look(aws: Aws, identity: str) -> Json:
        told = aws.maybe(f"ec2.{call}", *missing, **{parameter: [identity]})
        alive = (each for each in (told or {}).get(members, []) if is_alive(each))
        return next(alive, None)

    return look


def is_alive(told: Json) -> bool:
    """Whether a description is of something that exists; some types have a state."""
    return str(told.get("State", "")).lower() not in ("deleted", "deleting", "failed")


def arn(thing: str) -> Callable[[str], str | None]:
    """A reader of the ARNs of one EC2 type."""
    return of_arn(rf"ec2:[^:]*:[^:]*:{thing}/(?P<id>.+)")


def where(**filters: str) -> list[dict[str, Json]]:
    """Filters as EC2 takes them: `_` for a hyphen, `__` for a period."""
    names = ((name.replace("__", ".").replace("_", "-"), value) for name, value in filters.items())
    return [{"Name": name, "Values": [value]} for name, value in names]


def named(known: Known, told: Iterable[Json], identity: str) -> Iterator[Match]:
    """Those that have the Name tag which the stack would give."""
    for each in told:
        if tags_of(each.get("Tags")).get("Name") == known["tags"]["Name"]:
            yield Match(each[identity], by="tags")


def attached(told: Iterable[Json], identity: str, by: By = "attachment") -> Iterator[Match]:
    """Those that were found at a place where only one can be."""
    yield from (Match(each[identity], by=by) for each in told)


# Who an interface belongs to, as its description says: "ELB app/web/50dc", "Interface for NAT Gateway nat-1", and so on.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html (2026-11-28)
_OWNER = re.compile(r"ELB (\S+)|.*\b((?:nat|vpce)-[0-9a-f]+)")


def interfaces(aws: Aws, **filters: str) -> Iterator[Use]:
    """The network interfaces somewhere, each by the resource that it belongs to where its description says so."""
    for each in aws.all("ec2.describe_network_interfaces", "NetworkInterfaces", Filters=where(**filters)):
        owner = _OWNER.match(str(each.get("Description", "")))
        identity = each["NetworkInterfaceId"]
        yield Use((owner[1] or owner[2]) if owner else identity, f"network interface {identity}")


def members(aws: Aws, call: str, key: str, identity: str, word: str, **filters: str) -> Iterator[Use]:
    """Everything of one type that a filter selects, as uses."""
    for each in aws.all(f"ec2.{call}", key, Filters=where(**filters)):
        if is_alive(each):
            yield Use(each[identity], f"{word} {each[identity]}")
