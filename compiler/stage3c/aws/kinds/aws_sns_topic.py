"""An SNS topic: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.all("sns.list_topics", "Topics"):
        if each["TopicArn"].rpartition(":")[2] == known["name"]:
            yield Match(each["TopicArn"], {"arn": each["TopicArn"]})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("sns.get_topic_attributes", "NotFound", "NotFoundException", TopicArn=identity)
    return told["Attributes"] if told else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("sns.list_tags_for_resource", ResourceArn=thing.identity).get("Tags"))


def _data(aws: Aws, thing: Thing) -> str:
    for each in aws.all("sns.list_subscriptions_by_topic", "Subscriptions", TopicArn=thing.identity):
        if each["SubscriptionArn"].startswith("arn:"):
            return f"a confirmed subscription ({each['Protocol']}) receives from it"
    return ""


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in aws.all("cloudwatch.describe_alarms", "MetricAlarms"):
        actions = (each.get(name, []) for name in ("AlarmActions", "OKActions", "InsufficientDataActions"))
        if any(thing.identity in some for some in actions):
            yield Use(each["AlarmName"], f"alarm {each['AlarmName']}")


KIND = Kind(
    type="aws_sns_topic",
    replaced_by=("name",),
    holds="its subscriptions",
    find=_find,
    name="name",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"sns:[^:]*:[^:]*:[^:]+(?P<id>)"),
    arn="arn:{partition}:sns:{region}:{account}:{name}",
    settings={"name": ""},
    removal=Removal(
        ("sns delete-topic --topic-arn {id}",), uses=_uses, data=_data, after=("aws_cloudwatch_metric_alarm",)
    ),
)
