"""A hosted zone: by its domain name; only read."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    name = known["name"].rstrip(".") + "."
    for each in aws.ask("route53.list_hosted_zones_by_name", DNSName=name)["HostedZones"]:
        if each["Name"] == name and each["Config"]["PrivateZone"] == known.get("private_zone", False):
            identity = each["Id"].rpartition("/")[2]
            yield Match(identity, {"zone_id": identity})


KIND = Kind(
    type="aws_route53_zone",
    find=_find,
    untagged="only read",
    judged_on="arn:{partition}:route53:::hostedzone/{zone}",
)
