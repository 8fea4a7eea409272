"""The policy of a topic; AWS gives every topic one."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    aws.ask("sns.get_topic_attributes", TopicArn=known["arn"])
    yield Match(known["arn"], by="attachment")


KIND = Kind(
    type="aws_sns_topic_policy",
    replaced_by=("arn",),
    find=_find,
    missing=("NotFound", "NotFoundException"),
    settings={"arn": ""},
    untagged="part of a topic",
    judged_on="arn:{partition}:sns:{region}:{account}:{arn}",
)
