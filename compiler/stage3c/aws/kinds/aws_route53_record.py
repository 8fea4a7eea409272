"""A DNS record: by its name and type. It cannot be tagged, so it is the stack's where it leads to the stack."""

from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    zone, name, kind = known["zone_id"], known["name"].rstrip(".").lower(), known["type"]
    asked = {"HostedZoneId": zone, "StartRecordName": name, "StartRecordType": kind, "MaxItems": "1"}
    for each in aws.ask("route53.list_resource_record_sets", **asked)["ResourceRecordSets"]:
        found = each["Name"].rstrip(".").replace("\\052", "*").lower()
        if (found, each["Type"]) == (name, kind):
            leads = _leads(each, known)
            told = {"fqdn": name}
            yield Match(f"{zone}_{name}_{kind}", told, by="content" if leads else "name", certain=leads)


def _leads(record: Json, known: Known) -> bool:
    alias = [each["name"] for each in known.get("alias", []) if each.get("name")]
    wanted = {elb.bare(value) for value in [*alias, *known.get("records", [])]}
    return bool(wanted) and elb.leads_to(record) == wanted


KIND = Kind(
    type="aws_route53_record",
    replaced_by=("name", "zone_id"),
    interrupts="its name does not resolve in between",
    find=_find,
    missing=("NoSuchHostedZone",),
    untagged="DNS records cannot be tagged",
    judged_on="arn:{partition}:route53:::hostedzone/{zone}",
    settings={"name": "", "type": ""},
    not_read=("allow_overwrite",),
    stays="DNS records cannot be tagged, so nothing shows whose it is",
)
