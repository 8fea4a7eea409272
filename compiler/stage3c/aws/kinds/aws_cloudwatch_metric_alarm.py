"""A CloudWatch alarm: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Tags, Thing, Use, first, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("cloudwatch.describe_alarms", AlarmNames=[known["alarm_name"]])["MetricAlarms"]:
        yield Match(each["AlarmName"], {"arn": each["AlarmArn"]})


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("cloudwatch.list_tags_for_resource", ResourceARN=thing.told["AlarmArn"]).get("Tags"))


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in aws.all("cloudwatch.describe_alarms", "CompositeAlarms", AlarmTypes=["CompositeAlarm"]):
        if thing.identity in each["AlarmRule"]:
            yield Use("", f"composite alarm {each['AlarmName']}")


KIND = Kind(
    type="aws_cloudwatch_metric_alarm",
    replaced_by=("alarm_name",),
    find=_find,
    look=first("cloudwatch.describe_alarms", "MetricAlarms", "AlarmNames"),
    tags=_tags,
    of_arn=of_arn(r"cloudwatch:[^:]*:[^:]*:alarm:(?P<id>.+)"),
    arn="arn:{partition}:cloudwatch:{region}:{account}:alarm:{alarm_name}",
    settings={"alarm_name": "AlarmName"},
    removal=Removal(("cloudwatch delete-alarms --alarm-names {id}",), uses=_uses),
)
