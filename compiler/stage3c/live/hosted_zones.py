"""The hosted zone of a stack's domain: which zones bear its name, and what stands in one."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.live.account import Account


def zones_named(account: Account, zone: str) -> list[Json]:
    """All zones of a name, public and private: `{"id": …, "private": …}`."""
    name = f"{zone.lower()}."
    answer = account.client("route53").list_hosted_zones_by_name(DNSName=name)
    return [
        {"id": each["Id"], "private": bool(each.get("Config", {}).get("PrivateZone"))}
        for each in answer["HostedZones"]
        if each["Name"] == name
    ]


def public_zone(account: Account, zone: str) -> str | None:
    """The id of the one public zone of a name; None where there is none, or where there are several."""
    public = [str(each["id"]) for each in zones_named(account, zone) if not each["private"]]
    return public[0] if len(public) == 1 else None


def record_sets(account: Account, zone_id: str, name: str) -> Iterator[Json]:
    """The record sets of exactly one name. AWS lists by reversed name, so the ones that are meant come first."""
    client = account.client("route53")
    for each in client.pages(
        "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id, StartRecordName=name
    ):
        if each["Name"].rstrip(".").replace("\\052", "*").lower() != name.rstrip(".").lower():
            return
        yield each
