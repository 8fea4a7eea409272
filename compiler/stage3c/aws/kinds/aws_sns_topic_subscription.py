"""A subscription: the one of its endpoint on its topic.

One that is not confirmed yet has no ARN; Terraform subscribes again, which makes no second one.
"""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    wanted = (known["protocol"], known["endpoint"])
    for each in aws.all("sns.list_subscriptions_by_topic", "Subscriptions", TopicArn=known["topic_arn"]):
        arn = each["SubscriptionArn"]
        if (each["Protocol"], each["Endpoint"]) == wanted and arn.startswith("arn:"):
            yield Match(arn, {"arn": arn}, by="attachment")


KIND = Kind(
    type="aws_sns_topic_subscription",
    replaced_by=("endpoint", "protocol", "topic_arn"),
    find=_find,
    missing=("NotFound", "NotFoundException"),
    settings={"topic_arn": "", "protocol": "", "endpoint": ""},
    untagged="part of a topic",
    judged_on="arn:{partition}:sns:{region}:{account}:{topic_arn}",
    not_read=("confirmation_timeout_in_minutes", "endpoint_auto_confirms"),
)
