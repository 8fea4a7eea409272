"""Autoscaling counts the requests of another target group."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, is_known, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import balancers_of
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """Follow the label of ALBRequestCountPerTarget, and the service that the policy scales."""
    for policy in graph.of_type("aws_appautoscaling_policy"):
        for settings in blocks(policy.attributes.get("target_tracking_scaling_policy_configuration")):
            for metric in blocks(settings.get("predefined_metric_specification")):
                named = [graph.target(ref) for ref in refs_in(metric.get("resource_label"))]
                group = next((each for each in named if each is not None and each.type == "aws_lb_target_group"), None)
                balancer = next((each for each in named if each is not None and each.type == "aws_lb"), None)
                fault = _fault(graph, policy, group, balancer) if group is not None else None
                if fault:
                    yield at(policy, *fault)


def _fault(graph: Graph, policy: Resource, group: Resource, balancer: Resource | None) -> tuple[str, str] | None:
    behind = balancers_of(graph, group)
    if balancer is not None and behind and balancer not in behind:
        cause = f"has a label of {balancer.address}, which does not forward to {group.address}"
        return cause, f"use {behind[0].address}.arn_suffix"
    service = _scaled(graph, policy)
    groups = _attached(graph, service) if service is not None else []
    if service is not None and groups and group.address not in groups:
        cause = f"counts the requests of {group.address}, but scales {service.address}"
        return cause, f"use {groups[0]}.arn_suffix"
    return None


def _attached(graph: Graph, service: Resource) -> list[str]:
    """The groups of a service, the alternate one included; none where others may attach some, or where one is not known."""
    targets, written = services(graph)[service.address].targets, service.attributes.get("load_balancer")
    controllers = blocks(service.attributes.get("deployment_controller"))
    if any(target.group is None for target in targets) or any(each.get("type") != "ECS" for each in controllers):
        return []
    return [ref.address for ref in refs_in(written) if ref.address in graph.resources] if is_known(written) else []


def _scaled(graph: Graph, policy: Resource) -> Resource | None:
    """The service of a policy, by way of its target."""
    for ref in refs_in(policy.attributes.get("resource_id")):
        named = graph.target(ref)
        inner = refs_in(named.attributes.get("resource_id")) if named is not None else ()
        for target in (named, *(graph.target(each) for each in inner)):
            if target is not None and target.type == "aws_ecs_service" and target.mode == "resource":
                return target
    return None


RULE = Rule(
    id="SVC238",
    scope="terraform",
    title="Autoscaling counts the requests of another target group",
    what="The resource_label of ALBRequestCountPerTarget names a target group or load balancer of another service.",
    why="AWS rejects a label whose target group is not attached to the service or to the load balancer.",
    fix="Write `${aws_lb.NAME.arn_suffix}/${aws_lb_target_group.NAME.arn_suffix}` of the scaled service.",
    source=(
        "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html (from memory)"
    ),
    bad_terraform="""\
resource "aws_lb_target_group" "other" {
  name_prefix = "other-"
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  target_tracking_scaling_policy_configuration {
    target_value = 500
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.web.arn_suffix}/${aws_lb_target_group.other.arn_suffix}"
    }
  }
}
""",
    good_terraform="""\
resource "aws_appautoscaling_policy" "cpu" {
  name               = "requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  target_tracking_scaling_policy_configuration {
    target_value = 500
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.web.arn_suffix}/${aws_lb_target_group.web.arn_suffix}"
    }
  }
}
""",
    check_graph=check,
)
