"""Alarm statistic or threshold does not fit the metric."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, number
from stage3c.rules.monitoring.metric_facts import known_metrics
from stage3c.rules.rule import Rule, at
from stage3c.views.services import services_of

_PERCENT: Final = {("AWS/ECS", "CPUUtilization"), ("AWS/ECS", "MemoryUtilization"), ("AWS/RDS", "CPUUtilization")}
_BYTES: Final = {"FreeStorageSpace", "FreeableMemory", "FreeLocalStorage"}
_UNITS: Final = {
    "Utilization": "Percent",
    "_Count": "Count",
    "HostCount": "Count",
    "DatabaseConnections": "Count",
    "FreeStorageSpace": "Bytes",
    "FreeableMemory": "Bytes",
    "ResponseTime": "Seconds",
}
_LEAST: Final = 1_000_000
_GIB: Final = 1024**3
_LONG: Final = 6 * 3600


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the numbers of alarms on one metric against the unit in which AWS records it."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm"):
        namespace, metric = alarm.attributes.get("namespace"), alarm.attributes.get("metric_name")
        known = known_metrics(namespace)
        if not isinstance(metric, str) or metric not in known or _scales(alarm):
            continue
        faults = [
            *_of_unit(alarm, metric),
            *_of_statistic(alarm, metric, known[metric].get("bad", "")),
            *_of_time(alarm),
        ]
        if (namespace, metric) in _PERCENT:
            faults += _of_percent(alarm)
        if namespace == "AWS/RDS" and metric in _BYTES:
            faults += _of_bytes(graph, alarm, metric)
        if metric == "UnHealthyHostCount":
            faults += _of_targets(graph, alarm)
        for fault in faults:
            yield at(alarm, *fault)


def _scales(alarm: Resource) -> bool:
    """An alarm that scales in or out asks other questions than one that notifies people."""
    return "autoscaling" in str(alarm.attributes.get("alarm_actions"))


def _decimal(value: Value) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None


def _of_unit(alarm: Resource, metric: str) -> Iterator[tuple[str, str]]:
    """An alarm with a unit sees only what was recorded in that unit."""
    unit = alarm.attributes.get("unit")
    wanted = next((name for ending, name in _UNITS.items() if metric.endswith(ending)), None)
    if wanted and isinstance(unit, str) and unit != wanted:
        yield f"has unit {unit[:40]}, but AWS records {metric} in {wanted}", "remove unit"


def _of_statistic(alarm: Resource, metric: str, bad: str) -> Iterator[tuple[str, str]]:
    statistic, threshold = alarm.attributes.get("statistic"), _decimal(alarm.attributes.get("threshold"))
    is_count = metric.startswith("HTTPCode_")
    if is_count and alarm.attributes.get("treat_missing_data") == "breaching":
        yield (
            f"fires whenever there is no request: {metric} is missing where it is 0",
            'set treat_missing_data = "notBreaching"',
        )
    is_met_by_one = threshold == 1 and alarm.attributes.get("comparison_operator") == "GreaterThanOrEqualToThreshold"
    is_too_high = threshold is not None and threshold >= 1 and not is_met_by_one
    if is_count and statistic in ("Average", "Minimum", "Maximum") and is_too_high:
        yield (
            f"has statistic {statistic}, but each {metric} counts as 1, so it is never above 1",
            'set statistic = "Sum"',
        )
    elif metric.endswith("Utilization") and statistic in ("Sum", "SampleCount"):
        yield f"has statistic {statistic}, but the metric is a percentage", 'set statistic = "Average"'
    elif (bad, statistic) in (("high", "Minimum"), ("low", "Maximum")):
        yield f"has statistic {statistic}, which hides a {bad} {metric}", 'set statistic = "Average"'


def _of_time(alarm: Resource) -> Iterator[tuple[str, str]]:
    needed = alarm.attributes.get("datapoints_to_alarm") or alarm.attributes.get("evaluation_periods")
    period, periods = number(alarm.attributes.get("period")), number(needed)
    if period is not None and 0 < period < 60:  # noqa: PLR2004 - seconds
        yield f"has period {period}, but AWS records its own metrics once a minute", "set period = 60"
    elif period is not None and periods is not None and period * periods > _LONG:
        yield f"fires only after {period * periods // 3600} hours", "set period = 60 and evaluation_periods = 5"


def _of_percent(alarm: Resource) -> Iterator[tuple[str, str]]:
    threshold, operator = _decimal(alarm.attributes.get("threshold")), alarm.attributes.get("comparison_operator")
    is_share = isinstance(operator, str) and operator.startswith("Greater")  # below 1 % is idle
    if threshold is not None and (threshold > 100 or (is_share and 0 < threshold <= 1)):  # noqa: PLR2004 - percent
        yield f"has threshold {threshold:g}, but the metric is a percentage from 0 to 100", "set threshold = 80"


def _of_bytes(graph: Graph, alarm: Resource, metric: str) -> Iterator[tuple[str, str]]:
    threshold, dimensions = _decimal(alarm.attributes.get("threshold")), alarm.attributes.get("dimensions")
    named = dimensions.get("DBInstanceIdentifier") if isinstance(dimensions, Mapping) else None
    database = graph.target(named)
    gib = number(database.attributes.get("allocated_storage")) if database is not None else None
    if threshold is not None and 0 < threshold < _LEAST:
        yield f"has threshold {threshold:g}, but {metric} is in bytes", "set threshold = 5368709120, which is 5 GiB"
    elif threshold is not None and gib is not None and metric == "FreeStorageSpace" and threshold >= gib * _GIB:
        yield f"has threshold {threshold:g} bytes, which is all of the {gib} GiB of storage", "set a lower threshold"


def _of_targets(graph: Graph, alarm: Resource) -> Iterator[tuple[str, str]]:
    """A group has no more targets than its services run tasks, and twice that during a deployment."""
    threshold, dimensions = number(alarm.attributes.get("threshold")), alarm.attributes.get("dimensions")
    group = graph.target(dimensions.get("TargetGroup")) if isinstance(dimensions, Mapping) else None
    most = [_most_tasks(graph, service.resource) for service in services_of(graph, group)] if group is not None else []
    known = [each for each in most if each is not None]
    if threshold is not None and known and len(known) == len(most) and threshold > 2 * sum(known):
        yield f"has threshold {threshold}, but its target group never has that many targets", "set threshold = 1"


def _most_tasks(graph: Graph, service: Resource) -> int | None:
    targets = graph.users(service, "aws_appautoscaling_target")
    return number(targets[0].attributes.get("max_capacity") if targets else service.attributes.get("desired_count"))


RULE = Rule(
    id="MON264",
    scope="terraform",
    title="Alarm statistic or threshold does not fit the metric",
    what="An alarm sums a percentage, averages a count, or has a unit or threshold that the metric does not have.",
    why="It never fires, or always. CloudWatch accepts any number.",
    fix="Write percentages from 0 to 100 and sizes in bytes, with the statistic Average for levels and Sum for counts.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_cloudwatch_metric_alarm" "storage" {
  alarm_name          = "shop-database-storage"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  statistic           = "Average"
  comparison_operator = "LessThanThreshold"
  threshold           = 5
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
""",
    good_terraform="""\
resource "aws_cloudwatch_metric_alarm" "storage" {
  alarm_name          = "shop-database-storage"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  statistic           = "Average"
  comparison_operator = "LessThanThreshold"
  threshold           = 5368709120
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
""",
    check_graph=check,
)
