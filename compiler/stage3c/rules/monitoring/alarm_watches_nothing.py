"""An alarm that never goes off."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, flag, items, number
from stage3c.reach.needs import balancers_of
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at
from stage3c.wording import listed, nearest


def check(graph: Graph) -> Iterator[Finding]:
    """Judge alarms on one metric; those on expressions are passed over."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm"):
        if alarm.attributes.get("metric_query") is None:
            for fault in (*_faults_of_metric(alarm), *_faults_of_numbers(alarm), *_faults_of_references(graph, alarm)):
                yield at(alarm, fault, "name metric and dimensions as AWS does")


def _faults_of_metric(alarm: Resource) -> Iterator[str]:
    namespace, metric = alarm.attributes.get("namespace"), alarm.attributes.get("metric_name")
    for key in ("namespace", "metric_name"):
        if alarm.attributes.get(key) is None:
            yield f"names no {key}"
    known = load("metrics")["metrics"].get(namespace) if isinstance(namespace, str) else None
    if isinstance(namespace, str) and known is None and namespace.startswith("AWS/"):
        near = nearest(namespace, load("metrics")["namespaces"])
        if namespace not in load("metrics")["namespaces"]:
            yield f'watches the namespace "{namespace[:60]}", which AWS does not have{f"; did you mean {near}" if near else ""}'
    if known is None or not isinstance(metric, str):
        return
    if metric not in known:
        near = nearest(metric, known)
        yield f'watches "{metric[:60]}", which {namespace} does not have{f"; did you mean {near}" if near else ""}'
        return
    dimensions = alarm.attributes.get("dimensions")
    given = set(dimensions) if isinstance(dimensions, dict) else set()
    if dimensions is not None and not isinstance(dimensions, dict):
        return
    if not any(given == set(each) for each in known[metric]["dimensions"]):
        wanted = " or ".join("+".join(each) for each in known[metric]["dimensions"])
        yield f"watches {metric} by {listed(sorted(given))}; AWS records it by {wanted}"
    wrong = {"low": "Less", "high": "Greater"}.get(known[metric].get("bad", ""), "")
    operator, actions = alarm.attributes.get("comparison_operator"), items(alarm.attributes.get("alarm_actions"))
    scales = any(not isinstance(action, Ref | str) or "autoscaling" in str(action) for action in actions)
    if wrong and not scales and isinstance(operator, str) and not operator.startswith(wrong):
        yield f"goes off when {metric} is fine: {operator}"


def _faults_of_numbers(alarm: Resource) -> Iterator[str]:
    attributes = alarm.attributes
    for key in ("period", "evaluation_periods", "threshold", "statistic"):
        given = attributes.get(key, attributes.get("extended_statistic") if key == "statistic" else None)
        if given is None and attributes.get("threshold_metric_id") is None:
            yield f"has no {key}"
    period = number(attributes.get("period"))
    if period is not None and period not in (10, 20, 30) and (period <= 0 or period % 60):
        yield f"has a period of {period} seconds, which is no multiple of 60"
    if number(attributes.get("evaluation_periods")) == 0:
        yield "evaluates no period"
    needed, whole = number(attributes.get("datapoints_to_alarm")), number(attributes.get("evaluation_periods"))
    if needed is not None and whole is not None and not 0 < needed <= whole:
        yield f"wants {needed} of {whole} datapoints"
    if flag(attributes.get("actions_enabled"), default=True) is False:
        yield "has its actions switched off"


def _faults_of_references(graph: Graph, alarm: Resource) -> Iterator[str]:
    """Dimensions that are references must be of the things that belong together."""
    dimensions = alarm.attributes.get("dimensions")
    if not isinstance(dimensions, dict):
        return
    targets = {key: graph.target(value) for key, value in dimensions.items() if isinstance(value, Ref)}
    group, balancer = targets.get("TargetGroup"), targets.get("LoadBalancer")
    if group is not None and balancer is not None:
        behind = balancers_of(graph, group)
        if behind and balancer not in behind:
            yield f"watches {group.address} behind {balancer.address}, which does not forward to it"
    service, cluster = targets.get("ServiceName"), targets.get("ClusterName")
    if service is not None and cluster is not None:
        home = graph.target(service.attributes.get("cluster"))
        if home is not None and home.type == cluster.type and home is not cluster:
            yield f"watches {service.address} in {cluster.address}, where it does not run"
    kinds = {
        "TargetGroup": "target_group",
        "LoadBalancer": "lb",
        "ServiceName": "ecs_service",
        "DBInstanceIdentifier": "db_instance",
    }
    for key, target in targets.items():
        if target is not None and key in kinds and not target.type.endswith(kinds[key]) and target.type != "aws_alb":
            yield f"takes {target.address} for a {key}"


RULE = Rule(
    id="MON201",
    scope="terraform",
    title="Alarm watches nothing",
    what="An alarm names a metric that its namespace does not have, or not the dimensions under which AWS records it.",
    why="The alarm stays at INSUFFICIENT_DATA for ever, and nobody is told of anything.",
    fix="Name metric and dimensions as AWS does, all of one thing.",
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
