"""An EventBridge rule on the default bus: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, of_arn, tags_of

_MISSING = "ResourceNotFoundException"


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("events.describe_rule", Name=known["name"])
    yield Match(told["Name"], {"arn": told["Arn"]})


def _look(aws: Aws, identity: str) -> Json:
    return aws.maybe("events.describe_rule", _MISSING, Name=identity)


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("events.list_tags_for_resource", ResourceARN=thing.told["Arn"]).get("Tags"))


def _targets(aws: Aws, thing: Thing) -> list[Json]:
    return list(aws.all("events.list_targets_by_rule", "Targets", Rule=thing.identity))


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    """A target that stays still wants the events."""
    for target in _targets(aws, thing):
        yield Use(target["Arn"], f"target {target['Arn']}")


def _prepare(aws: Aws, thing: Thing) -> Iterator[str]:
    for target in _targets(aws, thing):
        yield f"events remove-targets --rule {thing.identity} --ids {target['Id']}"


KIND = Kind(
    type="aws_cloudwatch_event_rule",
    replaced_by=("name",),
    find=_find,
    missing=(_MISSING,),
    name="name",
    look=_look,
    tags=_tags,
    of_arn=of_arn(r"events:[^:]*:[^:]*:rule/(?P<id>[^/]+)"),
    arn="arn:{partition}:events:{region}:{account}:rule/{name}",
    settings={"name": "Name"},
    not_read=("force_destroy",),
    removal=Removal(("events delete-rule --name {id}",), uses=_uses, prepare=_prepare),
)
