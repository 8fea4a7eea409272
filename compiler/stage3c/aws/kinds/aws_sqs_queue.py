"""An SQS queue: by its name. Nothing emits one yet."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, of_arn, tags_of

_MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    url = aws.ask("sqs.get_queue_url", QueueName=known["name"])["QueueUrl"]
    yield Match(url, {"arn": f"arn:{aws.partition}:sqs:{aws.region}:{aws.account}:{known['name']}", "url": url})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("sqs.get_queue_attributes", *_MISSING, QueueUrl=identity, AttributeNames=["All"])
    return told["Attributes"] if told else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("sqs.list_queue_tags", QueueUrl=thing.identity).get("Tags"))


def _listed(aws: Aws, stack: str) -> Iterator[str]:
    yield from aws.all("sqs.list_queues", "QueueUrls", QueueNamePrefix=stack)


def _data(_aws: Aws, thing: Thing) -> str:
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return "it contains messages" if any(thing.told.get(name, "0") != "0" for name in counts) else ""


KIND = Kind(
    type="aws_sqs_queue",
    holds="its messages",
    find=_find,
    missing=_MISSING,
    name="name",
    look=_look,
    tags=_tags,
    listed=_listed,
    of_arn=of_arn(r"sqs:[^:]*:[^:]*:(?P<name>.+)(?P<id>)"),
    arn="arn:{partition}:sqs:{region}:{account}:{name}",
    settings={"name": ""},
    removal=Removal(("sqs delete-queue --queue-url {id}",), data=_data),
)
