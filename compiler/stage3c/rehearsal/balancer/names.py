"""Host names that lead to a load balancer, by the Route 53 records of the emulated account."""

from collections.abc import Mapping
from typing import Final

from stage3c.live.account import Account

_CHAIN_MAX: Final = 8


def names(account: Account) -> dict[str, str]:
    """Every name of a public zone with the name that it stands for: the target of an alias or of a CNAME."""
    found: dict[str, str] = {}
    for zone in account.all("route53.list_hosted_zones", "HostedZones"):
        if zone.get("Config", {}).get("PrivateZone"):
            continue
        for record in account.all("route53.list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            target = record.get("AliasTarget", {}).get("DNSName")
            if target is None and record["Type"] == "CNAME":
                target = record["ResourceRecords"][0]["Value"]
            if target is not None and record["Type"] in {"A", "CNAME"}:
                found[_plain(str(record["Name"]))] = _plain(str(target))
    return found


def end_of(name: str, known: Mapping[str, str]) -> str:
    """The last name of a chain, which a load balancer has itself."""
    for _ in range(_CHAIN_MAX):
        if name not in known:
            break
        name = known[name]
    return name


def _plain(name: str) -> str:
    r"""A name without its final dot, and with the asterisk that Route 53 writes as `\052`."""
    return name.rstrip(".").lower().replace("\\052", "*").removeprefix("dualstack.")
