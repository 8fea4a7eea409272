"""A scaling target or policy without effect."""

from collections.abc import Iterator

from compiler.diagnostics import Finding, Severity
from compiler.graph import Expr, Graph, Ref, Resource, Text, blocks, number
from compiler.rules.rule import Rule
from compiler.rules.task_facts import at

_POLICIES = ("TargetTrackingScaling", "StepScaling", "PredictiveScaling")
_METRICS = ("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget")
_NAMESPACES = (
    "ecs", "ec2", "rds", "dynamodb", "lambda", "sagemaker", "kafka", "elasticache", "appstream", "comprehend", "cassandra",
    "custom-resource", "elasticmapreduce", "neptune", "workspaces",
)  # fmt: skip
_ARGUMENTS = ("resource_id", "scalable_dimension", "service_namespace")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every target and every policy."""
    for policy in graph.of_type("aws_appautoscaling_policy"):
        targets = {ref.address for key in _ARGUMENTS if isinstance(ref := policy.attributes.get(key), Ref)}
        if len(targets) > 1:
            yield at(
                policy, f"belongs to {' and '.join(sorted(targets))} at once", "take its arguments from one target"
            )
        fault = _fault(policy)
        if fault:
            yield at(policy, fault, "name a metric and a target value")
    for target in graph.of_type("aws_appautoscaling_target"):
        namespace = target.attributes.get("service_namespace", "ecs")
        if isinstance(namespace, str) and namespace not in _NAMESPACES:
            yield at(target, f'is of the namespace "{namespace[:40]}", which does not exist', 'write "ecs"')
        if namespace != "ecs":
            continue
        yield from _of_target(graph, target)


def _of_target(graph: Graph, target: Resource) -> Iterator[Finding]:
    users = graph.users(target)
    if not users and not _named_by_policies(graph):
        yield at(target, "has no policy", "add an aws_appautoscaling_policy")
    dimension = target.attributes.get("scalable_dimension")
    if isinstance(dimension, str) and dimension != "ecs:service:DesiredCount":
        yield at(target, f'scales "{dimension[:60]}", which services do not have', 'write "ecs:service:DesiredCount"')
    resource_id = target.attributes.get("resource_id")
    if isinstance(resource_id, Text) and any(
        isinstance(p, str) and p not in ("service/", "/") for p in resource_id.parts[:3:2]
    ):
        yield at(target, "has a resource_id that is not service/CLUSTER/SERVICE", "write it so")
    head = resource_id.parts[0] if isinstance(resource_id, Text) else resource_id
    if isinstance(head, str) and not head.startswith("service/"):
        yield at(target, "has a resource_id that names no service", "write it as service/CLUSTER/SERVICE")
    low, high = number(target.attributes.get("min_capacity")), number(target.attributes.get("max_capacity"))
    if low is not None and high is not None and low > high:
        yield at(target, f"scales from {low} to {high}", "let max_capacity be the larger one")
    if high is not None and high < 1:
        yield at(target, "never runs a task", "raise max_capacity")


def _named_by_policies(graph: Graph) -> bool:
    """Policies that name their target by text, or by what is not known, may be anybody's."""
    ids = (policy.attributes.get("resource_id") for policy in graph.of_type("aws_appautoscaling_policy"))
    return any(isinstance(value, str | Text | Expr) for value in ids)


def _fault(policy: Resource) -> str | None:
    kind = policy.attributes.get("policy_type", "StepScaling")
    if isinstance(kind, str) and kind not in _POLICIES:
        return f'is of the type "{kind[:40]}", which does not exist'
    tracking = blocks(policy.attributes.get("target_tracking_scaling_policy_configuration"))
    steps = policy.attributes.get("step_scaling_policy_configuration")
    if kind == "TargetTrackingScaling" and not tracking:
        return "tracks no target"
    if kind == "StepScaling" and not steps:
        return "has no steps"
    for block in tracking:
        if not blocks(block.get("predefined_metric_specification")) and not block.get(
            "customized_metric_specification"
        ):
            return "tracks no metric"
        types = [each.get("predefined_metric_type") for each in blocks(block.get("predefined_metric_specification"))]
        wrong = [
            each for each in types if isinstance(each, str) and each.startswith(("ECS", "ALB")) and each not in _METRICS
        ]
        if wrong:
            return f'tracks "{wrong[0][:60]}", which does not exist'
    return None


RULE = Rule(
    id="SVC207",
    title="Scaling steers nothing",
    what="A scaling target names no service of the stack, has no policy, or a policy belongs to several targets at once.",
    why="The service stays at its size, under load and without it.",
    fix="Write resource_id as service/CLUSTER/SERVICE, and take all three arguments of a policy from one target.",
    source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_appautoscaling_target" "web" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/main/web"
  min_capacity       = 1
  max_capacity       = 4
}
""",
    good_terraform="""\
resource "aws_appautoscaling_target" "web" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/main/web"
  min_capacity       = 1
  max_capacity       = 4
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  target_tracking_scaling_policy_configuration {
    target_value = 70
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
""",
    check_graph=check,
)
