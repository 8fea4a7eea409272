"""Alarm can never fire."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, flag, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import balancers_of
from stage3c.wording import listed, nearest

_EXAMPLES = {"period": "60", "evaluation_periods": "3", "threshold": "80", "statistic": '"Average"'}


def check(graph: Graph) -> Iterator[Finding]:
    """Judge alarms on one metric; those on expressions are passed over."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm"):
        if alarm.attributes.get("metric_query") is None:
            for fault in (*_faults_of_metric(alarm), *_faults_of_numbers(alarm), *_faults_of_references(graph, alarm)):
                yield at(alarm, *fault)


def _faults_of_metric(alarm: Resource) -> Iterator[tuple[str, str]]:
    namespace, metric = alarm.attributes.get("namespace"), alarm.attributes.get("metric_name")
    for key in ("namespace", "metric_name"):
        if alarm.attributes.get(key) is None:
            yield (
                f"has no {key}",
                'set namespace = "AWS/ECS" and metric_name = "CPUUtilization", or those of another metric',
            )
    known = load("metrics")["metrics"].get(namespace) if isinstance(namespace, str) else None
    if isinstance(namespace, str) and known is None and namespace.startswith("AWS/"):
        near = nearest(namespace, load("metrics")["namespaces"])
        if namespace not in load("metrics")["namespaces"]:
            yield f'has namespace "{namespace[:60]}", which does not exist', f'set namespace = "{near or "AWS/ECS"}"'
    if known is None or not isinstance(metric, str):
        return
    if metric not in known:
        near = nearest(metric, known)
        yield (
            f'has metric_name "{metric[:60]}", which {namespace} does not have',
            f'set metric_name = "{near or min(known)}"',
        )
        return
    dimensions = alarm.attributes.get("dimensions")
    given = set(dimensions) if isinstance(dimensions, dict) else set()
    if dimensions is not None and not isinstance(dimensions, dict):
        return
    if not any(given == set(each) for each in known[metric]["dimensions"]):
        wanted = " or ".join("+".join(each) for each in known[metric]["dimensions"])
        yield f"has dimensions {listed(sorted(given))}; {metric} requires {wanted}", f"set the dimensions {wanted}"
    wrong = {"low": "Less", "high": "Greater"}.get(known[metric].get("bad", ""), "")
    operator, actions = alarm.attributes.get("comparison_operator"), items(alarm.attributes.get("alarm_actions"))
    scales = any(not isinstance(action, Ref | str) or "autoscaling" in str(action) for action in actions)
    if wrong and not scales and isinstance(operator, str) and not operator.startswith(wrong):
        yield (
            f"has {operator}, but a {'low' if wrong == 'Less' else 'high'} {metric} is the problem",
            f'set comparison_operator = "{wrong}ThanThreshold"',
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
    if flag(attributes.get("actions_enabled"), default=True) is False:
        yield "has actions_enabled = false", "remove actions_enabled"


def _faults_of_references(graph: Graph, alarm: Resource) -> Iterator[tuple[str, str]]:
    """Dimensions that are references must be of the things that belong together."""
    dimensions = alarm.attributes.get("dimensions")
    if not isinstance(dimensions, dict):
        return
    targets = {key: graph.target(value) for key, value in dimensions.items() if isinstance(value, Ref)}
    group, balancer = targets.get("TargetGroup"), targets.get("LoadBalancer")
    if group is not None and balancer is not None:
        behind = balancers_of(graph, group)
        if behind and balancer not in behind:
            yield (
                f"has the dimensions of {group.address} and {balancer.address}, which does not forward to it",
                f"set LoadBalancer = {behind[0].address}.arn_suffix",
            )
    service, cluster = targets.get("ServiceName"), targets.get("ClusterName")
    if service is not None and cluster is not None:
        home = graph.target(service.attributes.get("cluster"))
        if home is not None and home.type == cluster.type and home is not cluster:
            yield (
                f"has the dimensions of {service.address} and {cluster.address}, but it runs in {home.address}",
                f"set ClusterName = {home.address}.name",
            )
    kinds = {
        "TargetGroup": "target_group",
        "LoadBalancer": "lb",
        "ServiceName": "ecs_service",
        "DBInstanceIdentifier": "db_instance",
    }
    for key, target in targets.items():
        if target is not None and key in kinds and not target.type.endswith(kinds[key]):
            yield f"has {target.address} as {key}", f"set {key} to an aws_{kinds[key]}"


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
