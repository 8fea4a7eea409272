"""A DB subnet group: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds import rds
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use, first, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("rds.describe_db_subnet_groups", DBSubnetGroupName=known["name"])["DBSubnetGroups"]:
        yield Match(each["DBSubnetGroupName"])


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in aws.all("rds.describe_db_instances", "DBInstances"):
        if (each.get("DBSubnetGroup") or {}).get("DBSubnetGroupName") == thing.identity:
            yield Use(each["DBInstanceIdentifier"], f"database {each['DBInstanceIdentifier']}")


KIND = Kind(
    type="aws_db_subnet_group",
    replaced_by=("name",),
    find=_find,
    missing=("DBSubnetGroupNotFoundFault",),
    name="name",
    look=first(
        "rds.describe_db_subnet_groups",
        "DBSubnetGroups",
        "DBSubnetGroupName",
        "DBSubnetGroupNotFoundFault",
        several=False,
    ),
    tags=rds.tags,
    of_arn=of_arn(r"rds:[^:]*:[^:]*:subgrp:(?P<id>.+)"),
    arn="arn:{partition}:rds:{region}:{account}:subgrp:{name}",
    settings={"name": "DBSubnetGroupName"},
    removal=Removal(
        ("rds delete-db-subnet-group --db-subnet-group-name {id}",), uses=_uses, after=("aws_db_instance",)
    ),
)
