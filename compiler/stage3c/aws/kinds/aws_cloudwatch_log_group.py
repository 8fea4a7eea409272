"""A log group: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of


def _look(aws: Aws, identity: str) -> Json:
    groups = aws.all("logs.describe_log_groups", "logGroups", logGroupNamePrefix=identity)
    return next((each for each in groups if each["logGroupName"] == identity), None)


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    each = _look(aws, known["name"])
    if each:
        yield Match(each["logGroupName"], {"arn": each["arn"].removesuffix(":*")})


def _tags(aws: Aws, thing: Thing) -> Tags:
    arn = thing.told["arn"].removesuffix(":*")
    return tags_of(aws.ask("logs.list_tags_for_resource", resourceArn=arn).get("tags"))


def _data(aws: Aws, thing: Thing) -> str:
    events = aws.ask("logs.filter_log_events", logGroupName=thing.identity, limit=1)
    return "it contains log events" if events.get("events") or thing.told.get("storedBytes") else ""


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in aws.all("logs.describe_subscription_filters", "subscriptionFilters", logGroupName=thing.identity):
        yield Use("", f"subscription filter {each['filterName']}")
    for each in aws.all("ec2.describe_flow_logs", "FlowLogs"):
        if each.get("LogGroupName") == thing.identity:
            yield Use(each["FlowLogId"], f"flow log {each['FlowLogId']}")
    for each in aws.all("rds.describe_db_instances", "DBInstances"):
        if thing.identity.startswith(f"/aws/rds/instance/{each['DBInstanceIdentifier']}/"):
            yield Use(each["DBInstanceIdentifier"], f"database {each['DBInstanceIdentifier']}")


KIND = Kind(
    type="aws_cloudwatch_log_group",
    replaced_by=("name",),
    holds="its logs",
    find=_find,
    name="name",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"logs:[^:]*:[^:]*:log-group:(?P<id>[^:]+)(:\*)?"),
    arn="arn:{partition}:logs:{region}:{account}:log-group:{name}",
    judged_on="arn:{partition}:logs:{region}:{account}:log-group:{name}:{*}",
    settings={"name": "logGroupName"},
    removal=Removal(
        ("logs delete-log-group --log-group-name {id}",),
        uses=_uses,
        data=_data,
        after=("aws_ecs_task_definition", "aws_flow_log"),
    ),
)
