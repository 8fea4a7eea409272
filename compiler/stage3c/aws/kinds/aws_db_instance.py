"""A database instance: by its identifier. It is never deleted."""

from collections.abc import Iterator

from stage3c.aws.kinds import rds
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, attribute, first, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("rds.describe_db_instances", DBInstanceIdentifier=known["identifier"])["DBInstances"]:
        told = {"arn": each["DBInstanceArn"], "id": each["DbiResourceId"]}
        secret = each.get("MasterUserSecret") or {}
        told["master_user_secret"] = [{"secret_arn": secret["SecretArn"]}] if secret else []
        yield Match(each["DBInstanceIdentifier"], told)


def _data(_aws: Aws, _thing: Thing) -> str:
    return "it is a database"


KIND = Kind(
    type="aws_db_instance",
    replaced_by=("db_name", "engine", "kms_key_id", "storage_encrypted", "username"),
    holds="its data",
    guarded="always",
    find=_find,
    missing=("DBInstanceNotFound",),
    name="identifier",
    look=first("rds.describe_db_instances", "DBInstances", "DBInstanceIdentifier", "DBInstanceNotFound", several=False),
    tags=rds.tags,
    of_arn=of_arn(r"rds:[^:]*:[^:]*:db:(?P<id>.+)"),
    of_state=attribute("identifier"),
    state_id="DbiResourceId",
    arn="arn:{partition}:rds:{region}:{account}:db:{identifier}",
    settings={
        "engine": "Engine",
        "username": "MasterUsername",
        "db_name": "DBName",
        "storage_encrypted": "StorageEncrypted",
    },
    not_read=(
        "allow_major_version_upgrade",
        "apply_immediately",
        "final_snapshot_identifier",
        "manage_master_user_password",
        "password_wo_version",
        "skip_final_snapshot",
    ),
    quota=Quota("DB instances", "rds", "L-7B6409FD", 40),
    removal=Removal(data=_data, after=("aws_ecs_task_definition",)),
)
