"""A DynamoDB table: by its name. Only the state store has one."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Tags, Thing, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    yield Match(aws.ask("dynamodb.describe_table", TableName=known["name"])["Table"]["TableName"])


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("dynamodb.describe_table", "ResourceNotFoundException", TableName=identity)
    return told["Table"] if told else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("dynamodb.list_tags_of_resource", ResourceArn=thing.told["TableArn"]).get("Tags"))


KIND = Kind(
    type="aws_dynamodb_table",
    replaced_by=("hash_key", "name"),
    holds="its data",
    guarded="always",
    find=_find,
    missing=("ResourceNotFoundException",),
    name="name",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"dynamodb:[^:]*:[^:]*:table/(?P<id>[^/]+)"),
    arn="arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    settings={"name": "TableName"},
    stays="it is a table",
)
