"""What the RDS types share."""

from stage3c.aws.kinds.kind import Aws, Tags, Thing, tags_of


def tags(aws: Aws, thing: Thing) -> Tags:
    """The tags of a resource whose description has its ARN."""
    names = ("DBInstanceArn", "DBSubnetGroupArn", "DBParameterGroupArn")
    arn = next(thing.told[name] for name in names if name in thing.told)
    return tags_of(aws.ask("rds.list_tags_for_resource", ResourceName=arn).get("TagList"))
