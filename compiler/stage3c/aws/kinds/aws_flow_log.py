"""A VPC flow log: the one of its VPC and destination."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = {"Filters": ec2.where(resource_id=known["vpc_id"])}
    for each in aws.all("ec2.describe_flow_logs", "FlowLogs", **filters):
        if _group(_destination(each)) == _group(known["log_destination"]):
            yield Match(each["FlowLogId"], by="attachment")


def _destination(told: Json) -> str:
    return str(told.get("LogDestination") or f":{told.get('LogGroupName')}")


def _group(destination: str) -> str:
    return destination.removesuffix(":*").rpartition(":")[2]


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("ec2.describe_flow_logs", "InvalidFlowLogId.NotFound", FlowLogIds=[identity])
    return next(iter((told or {}).get("FlowLogs", [])), None)


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    """It logs for as long as its VPC exists."""
    vpc = thing.told["ResourceId"]
    if aws.maybe("ec2.describe_vpcs", "InvalidVpcID.NotFound", VpcIds=[vpc]):
        yield Use(vpc, f"{vpc}, whose traffic it logs")


KIND = Kind(
    type="aws_flow_log",
    replaced_by=("iam_role_arn", "log_destination", "log_destination_type", "traffic_type", "vpc_id"),
    find=_find,
    look=_look,
    tags=described_tags,
    of_arn=ec2.arn("vpc-flow-log"),
    arn="arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{*}",
    settings={"vpc_id": "ResourceId", "iam_role_arn": "", "log_destination": ""},
    removal=Removal(("ec2 delete-flow-logs --flow-log-ids {id}",), uses=_uses),
)
