"""Zones, records and certificates."""

from collections.abc import Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match, pages, tags_of

_USABLE: Final = ["PENDING_VALIDATION", "ISSUED"]


def _zone(client: Json, known: Known) -> Iterator[Match]:
    name = known["name"].rstrip(".") + "."
    for each in client.list_hosted_zones_by_name(DNSName=name)["HostedZones"]:
        if each["Name"] == name and each["Config"]["PrivateZone"] == known.get("private_zone", False):
            identity = each["Id"].rpartition("/")[2]
            yield Match(identity, {"zone_id": identity})


def _record(client: Json, known: Known) -> Iterator[Match]:
    """A record of the name is ours for certain only where it already points where it should."""
    zone, name, kind = known["zone_id"], known["name"].rstrip(".").lower(), known["type"]
    asked = {"HostedZoneId": zone, "StartRecordName": name, "StartRecordType": kind, "MaxItems": "1"}
    for each in client.list_resource_record_sets(**asked)["ResourceRecordSets"]:
        found = each["Name"].rstrip(".").replace("\\052", "*").lower()
        if (found, each["Type"]) == (name, kind):
            yield Match(f"{zone}_{name}_{kind}", {"fqdn": name}, by="name", certain=_points(each, known))


def _points(record: Json, known: Known) -> bool:
    alias = [each["name"] for each in known.get("alias", []) if each.get("name")]
    wanted = {_bare(value) for value in [*alias, *known.get("records", [])]}
    values = [each["Value"] for each in record.get("ResourceRecords", [])]
    told = [record["AliasTarget"]["DNSName"]] if record.get("AliasTarget") else values
    return bool(wanted) and {_bare(value) for value in told} == wanted


def _bare(name: str) -> str:
    return name.rstrip(".").lower().removeprefix("dualstack.")


def _certificate(client: Json, known: Known) -> Iterator[Match]:
    names = {known["domain_name"], *known.get("subject_alternative_names", [])}
    for each in pages(client, "list_certificates", "CertificateSummaryList", CertificateStatuses=_USABLE):
        if each["DomainName"] != known["domain_name"]:
            continue
        arn = each["CertificateArn"]
        told = client.describe_certificate(CertificateArn=arn)["Certificate"]
        tags = tags_of(client.list_tags_for_certificate(CertificateArn=arn)["Tags"])
        if set(told.get("SubjectAlternativeNames") or [told["DomainName"]]) == names:
            ours = tags.get("Stack") == known.stack
            yield Match(arn, {"arn": arn, "domain_validation_options": _options(told)}, by="tags", certain=ours)


def _options(certificate: Json) -> list[Json]:
    return [
        {
            "domain_name": each["DomainName"],
            "resource_record_name": each["ResourceRecord"]["Name"],
            "resource_record_type": each["ResourceRecord"]["Type"],
            "resource_record_value": each["ResourceRecord"]["Value"],
        }
        for each in certificate.get("DomainValidationOptions", [])
        if each.get("ResourceRecord")
    ]


FINDERS: Final = {
    "aws_acm_certificate": Finder("acm", _certificate),
    "aws_route53_record": Finder("route53", _record, ("NoSuchHostedZone",)),
    "aws_route53_zone": Finder("route53", _zone),
}
