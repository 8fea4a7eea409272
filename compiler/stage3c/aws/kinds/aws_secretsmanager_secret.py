"""A secret: by its name. Its value is never asked for."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, described_tags, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    secret = _look(aws, known["name"])
    if secret:
        yield Match(secret["ARN"], {"arn": secret["ARN"]})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("secretsmanager.describe_secret", "ResourceNotFoundException", SecretId=identity)
    return told if told and not told.get("DeletedDate") else None


def _data(_aws: Aws, thing: Thing) -> str:
    if thing.told.get("OwningService"):
        return f"{thing.told['OwningService']} manages it"
    return "it has a value" if thing.told.get("VersionIdsToStages") else ""


KIND = Kind(
    type="aws_secretsmanager_secret",
    replaced_by=("name",),
    holds="its value",
    guarded="always",
    find=_find,
    name="name",
    look=_look,
    tags=described_tags,
    of_arn=of_arn(r"secretsmanager:[^:]*:[^:]*:secret:.+(?P<id>)"),
    arn="arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{*}",
    settings={"name": "Name"},
    not_read=("force_overwrite_replica_secret", "recovery_window_in_days"),
    removal=Removal(
        ("secretsmanager delete-secret --secret-id {id}",),
        data=_data,
        after=("aws_db_instance", "aws_ecs_task_definition"),
    ),
)
