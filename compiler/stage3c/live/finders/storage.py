"""Databases, tables and buckets: by name; what belongs to a bucket has the bucket's own id."""

from collections.abc import Callable, Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match


def _instance(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_db_instances(DBInstanceIdentifier=known["identifier"])["DBInstances"]:
        told = {"arn": each["DBInstanceArn"], "id": each["DbiResourceId"]}
        secret = each.get("MasterUserSecret") or {}
        told["master_user_secret"] = [{"secret_arn": secret["SecretArn"]}] if secret else []
        yield Match(each["DBInstanceIdentifier"], told)


def _subnet_group(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_db_subnet_groups(DBSubnetGroupName=known["name"])["DBSubnetGroups"]:
        yield Match(each["DBSubnetGroupName"])


def _parameter_group(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_db_parameter_groups(DBParameterGroupName=known["name"])["DBParameterGroups"]:
        yield Match(each["DBParameterGroupName"])


def _table(client: Json, known: Known) -> Iterator[Match]:
    yield Match(client.describe_table(TableName=known["name"])["Table"]["TableName"])


def _bucket(client: Json, known: Known) -> Iterator[Match]:
    client.head_bucket(Bucket=known["bucket"])
    yield Match(known["bucket"], {"arn": f"arn:{client.meta.partition}:s3:::{known['bucket']}"})


def _part_of_a_bucket(operation: str, member: str) -> Callable[[Json, Known], Iterator[Match]]:
    def find(client: Json, known: Known) -> Iterator[Match]:
        if getattr(client, operation)(Bucket=known["bucket"]).get(member):
            yield Match(known["bucket"], by="attachment")

    return find


def _part(operation: str, member: str, *missing: str) -> Finder:
    return Finder("s3", _part_of_a_bucket(operation, member), ("NoSuchBucket", *missing))


FINDERS: Final = {
    "aws_db_instance": Finder("rds", _instance, ("DBInstanceNotFound",), "identifier"),
    "aws_db_parameter_group": Finder("rds", _parameter_group, ("DBParameterGroupNotFound",), "name"),
    "aws_db_subnet_group": Finder("rds", _subnet_group, ("DBSubnetGroupNotFoundFault",), "name"),
    "aws_dynamodb_table": Finder("dynamodb", _table, ("ResourceNotFoundException",), "name"),
    "aws_s3_bucket": Finder("s3", _bucket, ("404", "NoSuchBucket")),
    "aws_s3_bucket_lifecycle_configuration": _part(
        "get_bucket_lifecycle_configuration", "Rules", "NoSuchLifecycleConfiguration"
    ),
    "aws_s3_bucket_ownership_controls": _part(
        "get_bucket_ownership_controls", "OwnershipControls", "OwnershipControlsNotFoundError"
    ),
    "aws_s3_bucket_policy": _part("get_bucket_policy", "Policy", "NoSuchBucketPolicy"),
    "aws_s3_bucket_public_access_block": _part(
        "get_public_access_block", "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration"
    ),
    "aws_s3_bucket_server_side_encryption_configuration": _part(
        "get_bucket_encryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError"
    ),
    "aws_s3_bucket_versioning": _part("get_bucket_versioning", "Status"),
}
