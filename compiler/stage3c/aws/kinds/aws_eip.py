"""An Elastic IP address: found by its Name tag."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    return ec2.named(known, aws.all("ec2.describe_addresses", "Addresses"), "AllocationId")


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    if not thing.told.get("AssociationId"):
        return
    filters = {"Filter": ec2.where(state="available")}
    for gateway in aws.all("ec2.describe_nat_gateways", "NatGateways", **filters):
        if any(each.get("AllocationId") == thing.identity for each in gateway["NatGatewayAddresses"]):
            yield Use(gateway["NatGatewayId"], f"NAT gateway {gateway['NatGatewayId']}")
            return
    user = thing.told.get("InstanceId") or thing.told.get("NetworkInterfaceId") or ""
    yield Use(user, f"an association with {user or 'a network interface'}")


def _listed(aws: Aws, stack: str) -> Iterator[str]:
    filters = [{"Name": "tag:Stack", "Values": [stack]}]
    yield from (each["AllocationId"] for each in aws.all("ec2.describe_addresses", "Addresses", Filters=filters))


KIND = Kind(
    type="aws_eip",
    replaced_by=("domain",),
    holds="its public IP address, which others may allow,",
    guarded="superseded",
    find=_find,
    look=ec2.described("describe_addresses", "Addresses", "AllocationIds", "InvalidAllocationID.NotFound"),
    tags=described_tags,
    listed=_listed,
    of_arn=ec2.arn("elastic-ip"),
    arn="arn:{partition}:ec2:{region}:{account}:elastic-ip/{*}",
    quota=Quota("Elastic IP addresses", "ec2", "L-0263D0A3", 5),
    removal=Removal(("ec2 release-address --allocation-id {id}",), uses=_uses, after=("aws_nat_gateway",)),
)
