"""Databases and buckets."""

from typing import Any

from tests.live.safety.account import World
from tests.live.safety.making.network import pairs

_POSTGRES = {"15": "15.13", "16": "16.9"}


def _more(tags: dict[str, str]) -> dict[str, Any]:
    return {"Tags": pairs(tags)} if tags else {}


def _subnet_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("rds").create_db_subnet_group(
        DBSubnetGroupName=given["name"],
        DBSubnetGroupDescription=given["description"],
        SubnetIds=given["subnet_ids"],
        **_more(tags),
    )["DBSubnetGroup"]
    return {"id": given["name"], "arn": made["DBSubnetGroupArn"]}


def _parameter_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    rds = world.client("rds")
    made = rds.create_db_parameter_group(
        DBParameterGroupName=given["name"],
        DBParameterGroupFamily=given["family"],
        Description=given["description"],
        **_more(tags),
    )["DBParameterGroup"]
    parameters = [
        {"ParameterName": each["name"], "ParameterValue": each["value"], "ApplyMethod": each["apply_method"]}
        for each in given["parameter"]
    ]
    rds.modify_db_parameter_group(DBParameterGroupName=given["name"], Parameters=parameters)
    return {"id": given["name"], "arn": made["DBParameterGroupArn"]}


def _instance(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    managed = given.get("manage_master_user_password")
    word = {"ManageMasterUserPassword": True} if managed else {"MasterUserPassword": given["password_wo"]}
    made = world.client("rds").create_db_instance(
        DBInstanceIdentifier=given["identifier"],
        Engine=given["engine"],
        EngineVersion=_POSTGRES.get(given["engine_version"], given["engine_version"]),
        DBInstanceClass=given["instance_class"],
        AllocatedStorage=given["allocated_storage"],
        DBName=given["db_name"],
        MasterUsername=given["username"],
        DBSubnetGroupName=given["db_subnet_group_name"],
        DBParameterGroupName=given["parameter_group_name"],
        VpcSecurityGroupIds=given["vpc_security_group_ids"],
        DeletionProtection=given["deletion_protection"],
        EnableCloudwatchLogsExports=given["enabled_cloudwatch_logs_exports"],
        **word,
        **_more(tags),
    )["DBInstance"]
    secret = [{"secret_arn": made["MasterUserSecret"]["SecretArn"]}] if managed else []
    told = {"address": f"{given['identifier']}.example", "master_user_secret": secret}
    return {"id": made["DbiResourceId"], "resource_id": made["DbiResourceId"], "arn": made["DBInstanceArn"], **told}


def _bucket(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    s3 = world.client("s3")
    s3.create_bucket(Bucket=given["bucket"])
    if tags:
        s3.put_bucket_tagging(Bucket=given["bucket"], Tagging={"TagSet": pairs(tags)})
    return {"id": given["bucket"], "arn": f"arn:aws:s3:::{given['bucket']}"}


def _access_block(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    settings = dict.fromkeys(names, True)
    world.client("s3").put_public_access_block(Bucket=given["bucket"], PublicAccessBlockConfiguration=settings)
    return {"id": given["bucket"]}


def _ownership(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    rules = {"Rules": [{"ObjectOwnership": given["rule"][0]["object_ownership"]}]}
    world.client("s3").put_bucket_ownership_controls(Bucket=given["bucket"], OwnershipControls=rules)
    return {"id": given["bucket"]}


def _encryption(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    world.client("s3").put_bucket_encryption(Bucket=given["bucket"], ServerSideEncryptionConfiguration=rules)
    return {"id": given["bucket"]}


def _lifecycle(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    told = given["rule"][0]
    days = {"Expiration": {"Days": told["expiration"][0]["days"]}}
    rule = {"ID": told["id"], "Status": told["status"], "Filter": {"Prefix": ""}, **days}
    world.client("s3").put_bucket_lifecycle_configuration(
        Bucket=given["bucket"], LifecycleConfiguration={"Rules": [rule]}
    )
    return {"id": given["bucket"]}


def _bucket_policy(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    world.client("s3").put_bucket_policy(Bucket=given["bucket"], Policy=given["policy"])
    return {"id": given["bucket"]}


MAKERS = {
    "aws_db_instance": _instance,
    "aws_db_parameter_group": _parameter_group,
    "aws_db_subnet_group": _subnet_group,
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_lifecycle_configuration": _lifecycle,
    "aws_s3_bucket_ownership_controls": _ownership,
    "aws_s3_bucket_policy": _bucket_policy,
    "aws_s3_bucket_public_access_block": _access_block,
    "aws_s3_bucket_server_side_encryption_configuration": _encryption,
}
