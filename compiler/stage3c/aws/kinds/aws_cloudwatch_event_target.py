"""A target of an EventBridge rule on the default bus."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for target in aws.all("events.list_targets_by_rule", "Targets", Rule=known["rule"]):
        if target["Id"] == known["target_id"]:
            yield Match(f"{known['rule']}/{target['Id']}", by="attachment")


KIND = Kind(
    type="aws_cloudwatch_event_target",
    replaced_by=("rule", "target_id"),
    find=_find,
    missing=("ResourceNotFoundException",),
    settings={"rule": "", "target_id": ""},
    not_read=("force_destroy",),
    untagged="part of a rule",
    judged_on="arn:{partition}:events:{region}:{account}:rule/{rule}",
)
