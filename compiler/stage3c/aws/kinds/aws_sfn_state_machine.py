"""A Step Functions state machine: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.all("stepfunctions.list_state_machines", "stateMachines"):
        if each["name"] == known["name"]:
            yield Match(each["stateMachineArn"], {"arn": each["stateMachineArn"]})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("stepfunctions.describe_state_machine", "StateMachineDoesNotExist", stateMachineArn=identity)
    return None if told and told.get("status") == "DELETING" else told


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("stepfunctions.list_tags_for_resource", resourceArn=thing.identity).get("tags"))


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    machine = {"stateMachineArn": thing.identity, "statusFilter": "RUNNING"}
    for each in aws.all("stepfunctions.list_executions", "executions", **machine):
        yield Use("", f"running execution {each['name']}")


KIND = Kind(
    type="aws_sfn_state_machine",
    # Not recorded: the provider plans no state machine with a made-up definition.
    replaced_by=("name",),
    find=_find,
    name="name",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"states:[^:]*:[^:]*:stateMachine:[^:]+(?P<id>)"),
    arn="arn:{partition}:states:{region}:{account}:stateMachine:{name}",
    settings={"name": "name"},
    not_read=("publish",),
    removal=Removal(
        ("stepfunctions delete-state-machine --state-machine-arn {id}",),
        uses=_uses,
        after=("aws_cloudwatch_event_rule",),
    ),
)
