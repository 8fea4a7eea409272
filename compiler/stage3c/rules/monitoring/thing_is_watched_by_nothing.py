"""Resource has no alarm."""

from collections import defaultdict
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, is_known, items
from stage3c.rules.rule import Rule, at

_USUAL = {
    "aws_ecs_service": ("ServiceName", ("CPUUtilization", "MemoryUtilization")),
    "aws_lb_target_group": ("TargetGroup", ("UnHealthyHostCount", "HTTPCode_Target_5XX_Count")),
    "aws_lb": ("LoadBalancer", ("HTTPCode_ELB_5XX_Count",)),
    "aws_db_instance": ("DBInstanceIdentifier", ("CPUUtilization", "FreeStorageSpace", "DatabaseConnections")),
}
_MOST = 3
"""Where a stack watches so many kinds of thing, a kind that it does not watch was forgotten."""
_IDENTITY = ("namespace", "metric_name", "dimensions", "threshold", "comparison_operator")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare alarms with things, where the stack watches things of that kind by reference at all."""
    alarms = graph.of_type("aws_cloudwatch_metric_alarm")
    watched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for alarm in alarms:
        dimensions = alarm.attributes.get("dimensions")
        given = dimensions if isinstance(dimensions, dict) else {}
        for key, value in given.items():
            target = graph.target(value)
            if isinstance(value, Ref) and target is not None:
                alone = key != "LoadBalancer" or "TargetGroup" not in given
                watched[target.address, key].add(str(alarm.attributes.get("metric_name")) if alone else "")
    yield from _twins(alarms)
    yield from _mute(alarms)
    kinds_watched = {graph.resources[address].type for (address, _), metrics in watched.items() if metrics - {""}}
    for kind, (key, metrics) in _USUAL.items():
        things = [t for t in graph.of_type(kind) if t.certain and not graph.is_handed_out(t)]
        if not any(watched[thing.address, key] - {""} for thing in things) and len(kinds_watched - {kind}) < _MOST:
            continue
        for thing in things:
            missing = [metric for metric in metrics if metric not in watched[thing.address, key]]
            if missing and not (kind == "aws_lb_target_group" and not graph.users(thing, "aws_ecs_service")):
                cause = f"has no alarm on {', '.join(missing)}"
                yield at(thing, cause, f'add an aws_cloudwatch_metric_alarm with metric_name = "{missing[0]}"')


def _twins(alarms: tuple[Resource, ...]) -> Iterator[Finding]:
    """Two alarms on one thing with one threshold: one of them was meant for another."""
    seen: dict[str, str] = {}
    for alarm in alarms:
        what = [alarm.attributes.get(key) for key in _IDENTITY]
        if is_known(what) and what[1] is not None:
            earlier = seen.setdefault(repr(what), alarm.address)
            if earlier != alarm.address:
                yield at(
                    alarm, f"has the same metric and threshold as {earlier}", "change its dimensions, or remove it"
                )


def _mute(alarms: tuple[Resource, ...]) -> Iterator[Finding]:
    """An alarm without actions beside others with some; an action of scaling is one too."""
    speaking = [alarm for alarm in alarms if items(alarm.attributes.get("alarm_actions"))]
    for alarm in alarms if speaking else ():
        if not items(alarm.attributes.get("alarm_actions")):
            yield at(alarm, "has no alarm_actions", "set alarm_actions = [aws_sns_topic.NAME.arn]")
        elif not items(alarm.attributes.get("ok_actions")) and _others_tell(alarms, alarm):
            yield at(alarm, "has no ok_actions, unlike the other alarms", "set ok_actions = [aws_sns_topic.NAME.arn]")


def _others_tell(alarms: tuple[Resource, ...], alarm: Resource) -> bool:
    others = [other for other in alarms if other is not alarm]
    return bool(others) and all(items(other.attributes.get("ok_actions")) for other in others)


RULE = Rule(
    id="MON202",
    scope="terraform",
    title="Resource has no alarm",
    what="The stack has alarms, but a resource lacks a usual one, or two alarms are the same.",
    why="A failure of that resource goes unnoticed.",
    fix="Add an aws_cloudwatch_metric_alarm with the metric that the finding names.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="# without aws_cloudwatch_metric_alarm.memory\n",
    check_graph=check,
)
