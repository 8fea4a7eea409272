"""What RDS, S3 and DynamoDB have. The locks of states come and go, so they are no part of it."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.live.safety.account import World
from tests.live.safety.listing.network import Listed


def everything(world: World) -> Listed:
    """Databases with their groups, buckets with what they hold, tables with their items."""
    yield from _databases(world.client("rds"))
    yield from _buckets(world.client("s3"))
    dynamodb = world.client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        items = dynamodb.scan(TableName=name)["Items"]
        yield "aws_dynamodb_table", name, sorted(repr(each) for each in items if "Info" not in each)


def _databases(rds: Any) -> Listed:
    for each in rds.describe_db_instances()["DBInstances"]:
        names = ("DbiResourceId", "DBInstanceStatus", "Engine", "VpcSecurityGroups", "DBParameterGroups", "TagList")
        yield "aws_db_instance", each["DBInstanceIdentifier"], {name: each.get(name) for name in names}
    for each in rds.describe_db_subnet_groups()["DBSubnetGroups"]:
        tags = rds.list_tags_for_resource(ResourceName=each["DBSubnetGroupArn"])["TagList"]
        subnets = sorted(subnet["SubnetIdentifier"] for subnet in each["Subnets"])
        yield "aws_db_subnet_group", each["DBSubnetGroupName"], (subnets, tags)
    for each in rds.describe_db_parameter_groups()["DBParameterGroups"]:
        name = each["DBParameterGroupName"]
        tags = rds.list_tags_for_resource(ResourceName=each["DBParameterGroupArn"])["TagList"]
        values = rds.describe_db_parameters(DBParameterGroupName=name, Source="user")["Parameters"]
        yield "aws_db_parameter_group", name, (values, tags)


def _buckets(s3: Any) -> Listed:
    parts: dict[str, Callable[..., Any]] = {
        "aws_s3_bucket_lifecycle_configuration": s3.get_bucket_lifecycle_configuration,
        "aws_s3_bucket_ownership_controls": s3.get_bucket_ownership_controls,
        "aws_s3_bucket_policy": s3.get_bucket_policy,
        "aws_s3_bucket_public_access_block": s3.get_public_access_block,
        "aws_s3_bucket_server_side_encryption_configuration": s3.get_bucket_encryption,
    }
    for each in s3.list_buckets()["Buckets"]:
        name = each["Name"]
        yield "aws_s3_bucket", name, (_told(s3.get_bucket_tagging, name), _versions(s3, name))
        for kind, ask in parts.items():
            told = _told(ask, name)
            if told is not None:
                yield kind, name, told


def _versions(s3: Any, bucket: str) -> list[tuple[str, str, str]]:
    listed = s3.list_object_versions(Bucket=bucket)
    members = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
    kept = (each for each in members if not each["Key"].endswith(".tflock"))
    return sorted((each["Key"], str(each["VersionId"]), str(each.get("ETag"))) for each in kept)


def _told(ask: Callable[..., Any], bucket: str) -> Any:
    try:
        answer = ask(Bucket=bucket)
    except ClientError:
        return None
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
