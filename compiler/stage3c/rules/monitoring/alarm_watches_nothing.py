"""Alarm can never fire."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Ref, Resource, blocks, flag, items, number
from stage3c.rules.monitoring.metric_facts import faults_of_metric, faults_of_references, known_metrics
from stage3c.rules.rule import Rule, at
from stage3c.wording import misspelt

_EXAMPLES = {"period": "60", "evaluation_periods": "3", "threshold": "80", "statistic": '"Average"'}


def check(graph: Graph) -> Iterator[Finding]:
    """Judge alarms on one metric; those on expressions are passed over."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm"):
        if alarm.attributes.get("metric_query") is None:
            for fault in (
                *_faults_of_metric(alarm),
                *_faults_of_filter(graph, alarm),
                *_faults_of_numbers(alarm),
                *faults_of_references(graph, alarm.attributes.get("dimensions")),
            ):
                yield at(alarm, *fault)


def _faults_of_metric(alarm: Resource) -> Iterator[tuple[str, str]]:
    namespace, metric = alarm.attributes.get("namespace"), alarm.attributes.get("metric_name")
    for key in ("namespace", "metric_name"):
        if alarm.attributes.get(key) is None:
            yield (
                f"has no {key}",
                'set namespace = "AWS/ECS" and metric_name = "CPUUtilization", or those of another metric',
            )
    dimensions = alarm.attributes.get("dimensions")
    yield from faults_of_metric(namespace, metric, dimensions)
    known = known_metrics(namespace)
    if not isinstance(metric, str) or metric not in known:
        return
    wrong = {"low": "Less", "high": "Greater"}.get(known[metric].get("bad", ""), "")
    operator, actions = alarm.attributes.get("comparison_operator"), items(alarm.attributes.get("alarm_actions"))
    scales = any(not isinstance(action, Ref | str) or "autoscaling" in str(action) for action in actions)
    if wrong and not scales and isinstance(operator, str) and not operator.startswith(wrong):
        yield (
            f"has {operator}, but a {'low' if wrong == 'Less' else 'high'} {metric} is the problem",
            f'set comparison_operator = "{wrong}ThanThreshold"',
        )


def _faults_of_filter(graph: Graph, alarm: Resource) -> Iterator[tuple[str, str]]:
    """Compare a metric of one's own with those that filters of log groups make, where it is nearly one of them."""
    made = {
        (block.get("namespace"), block.get("name")): bool(block.get("dimensions"))
        for each in graph.of_type("aws_cloudwatch_log_metric_filter")
        for block in blocks(each.attributes.get("metric_transformation"))
    }
    asked = tuple(graph.resolved(alarm.attributes.get(key)) for key in ("namespace", "metric_name"))
    if not all(isinstance(part, str) for pair in (*made, asked) for part in pair) or str(asked[0]).startswith("AWS/"):
        return
    if asked in made:
        if alarm.attributes.get("dimensions") and not made[asked[0], asked[1]]:
            yield "has dimensions, but the filter of its metric gives none", "remove dimensions"
        return
    for namespace, name in made:
        if name == asked[1]:
            yield (
                f'watches {name} in "{clip(str(asked[0]))}", but its filter writes "{clip(str(namespace))}"',
                (f'set namespace = "{clip(str(namespace))}"'),
            )
        elif namespace == asked[0] and misspelt(str(asked[1]), [str(name)]):
            yield (
                f'watches "{clip(str(asked[1]))}", but its filter writes "{clip(str(name))}"',
                (f'set metric_name = "{clip(str(name))}"'),
            )


def _faults_of_numbers(alarm: Resource) -> Iterator[tuple[str, str]]:
    attributes = alarm.attributes
    for key in ("period", "evaluation_periods", "threshold", "statistic"):
        given = attributes.get(key, attributes.get("extended_statistic") if key == "statistic" else None)
        if given is None and attributes.get("threshold_metric_id") is None:
            yield f"has no {key}", f"set {key} = {_EXAMPLES[key]}"
    period = number(attributes.get("period"))
    if period is not None and period not in (10, 20, 30) and (period <= 0 or period % 60):
        yield f"has period {period}, which is not 10, 20, 30 or a multiple of 60", "set period = 60"
    if number(attributes.get("evaluation_periods")) == 0:
        yield "has evaluation_periods 0", "set evaluation_periods = 3"
    needed, whole = number(attributes.get("datapoints_to_alarm")), number(attributes.get("evaluation_periods"))
    if needed is not None and whole is not None and not 0 < needed <= whole:
        yield f"has datapoints_to_alarm {needed}, but evaluation_periods {whole}", f"set datapoints_to_alarm = {whole}"
    named = [
        v
        for v in items(attributes.get("alarm_actions"))
        if isinstance(v, Ref) and v.attribute in ("name", "display_name")
    ]
    if named:
        yield f"notifies {named[0]}, which is a name, not an ARN", f"use {named[0].address}.arn"
    if flag(attributes.get("actions_enabled"), default=True) is False:
        yield "has actions_enabled = false", "remove actions_enabled"


RULE = Rule(
    id="MON201",
    scope="terraform",
    title="Alarm can never fire",
    what="An alarm has a metric that its namespace does not have, or dimensions under which AWS does not record it.",
    why="The alarm stays in INSUFFICIENT_DATA forever and notifies no one.",
    fix=(
        "Use metric and dimensions of one resource as AWS records them, such as CPUUtilization by ClusterName"
        " and ServiceName."
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html (2026-11-24)",
    severity=Severity.WARNING,  # facts/metrics.json may lack a metric
    bad_terraform="""\
resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "shop-web-cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilisation"
  dimensions          = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.web.name }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
""",
    check_graph=check,
)
