"""A VPC endpoint: the one of its service in its VPC."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"], service_name=known["service_name"])
    for each in aws.all("ec2.describe_vpc_endpoints", "VpcEndpoints", Filters=filters):
        if ec2.is_alive(each):
            yield Match(each["VpcEndpointId"], {"prefix_list_id": _prefix_list(aws, known)}, by="attachment")


def _prefix_list(aws: Aws, known: Known) -> str | None:
    """What security group rules to a gateway endpoint refer to; an interface endpoint has none."""
    filters = [{"Name": "prefix-list-name", "Values": [known["service_name"]]}]
    return next(
        (each["PrefixListId"] for each in aws.all("ec2.describe_prefix_lists", "PrefixLists", Filters=filters)), None
    )


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from (Use(table, f"route table {table}") for table in thing.told.get("RouteTableIds", []))
    own = set(thing.told.get("NetworkInterfaceIds", []))
    if own:
        for use in ec2.interfaces(aws, vpc_id=thing.told["VpcId"]):
            if use.by not in own | {thing.identity}:
                yield Use(use.by, f"{use.what} in its VPC, which may call {thing.told['ServiceName']} through it")


def _goes_with(thing: Thing) -> list[str]:
    return [str(each) for each in thing.told.get("NetworkInterfaceIds", [])]


KIND = Kind(
    type="aws_vpc_endpoint",
    replaced_by=("service_name", "vpc_endpoint_type", "vpc_id"),
    interrupts="connections through it break in between",
    find=_find,
    look=ec2.described("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointIds", "InvalidVpcEndpointId.NotFound"),
    tags=described_tags,
    of_arn=ec2.arn("vpc-endpoint"),
    arn="arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{*}",
    settings={"vpc_id": "VpcId", "service_name": "ServiceName", "vpc_endpoint_type": "VpcEndpointType"},
    removal=Removal(
        ("ec2 delete-vpc-endpoints --vpc-endpoint-ids {id}",),
        uses=_uses,
        goes_with=_goes_with,
        after=("aws_ecs_service",),
    ),
)
