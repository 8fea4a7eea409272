"""A DB parameter group: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds import rds
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use, first, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("rds.describe_db_parameter_groups", DBParameterGroupName=known["name"])["DBParameterGroups"]:
        yield Match(each["DBParameterGroupName"])


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in aws.all("rds.describe_db_instances", "DBInstances"):
        if any(group["DBParameterGroupName"] == thing.identity for group in each.get("DBParameterGroups", [])):
            yield Use(each["DBInstanceIdentifier"], f"database {each['DBInstanceIdentifier']}")


KIND = Kind(
    type="aws_db_parameter_group",
    replaced_by=("description", "family", "name"),
    find=_find,
    missing=("DBParameterGroupNotFound",),
    name="name",
    look=first(
        "rds.describe_db_parameter_groups",
        "DBParameterGroups",
        "DBParameterGroupName",
        "DBParameterGroupNotFound",
        several=False,
    ),
    tags=rds.tags,
    of_arn=of_arn(r"rds:[^:]*:[^:]*:pg:(?P<id>.+)"),
    arn="arn:{partition}:rds:{region}:{account}:pg:{name}",
    settings={"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"},
    removal=Removal(
        ("rds delete-db-parameter-group --db-parameter-group-name {id}",), uses=_uses, after=("aws_db_instance",)
    ),
)
