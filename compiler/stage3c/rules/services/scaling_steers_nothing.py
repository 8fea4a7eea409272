"""Autoscaling has no effect."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Expr, Graph, Ref, Resource, Text, Value, blocks, flag, number
from stage3c.rules.rule import Rule, at

_WHOLE = "\0"
_SERVICE = re.compile(r"service/(\0|[^/\0]+)/(\0|[^/\0]+)")
_ARGUMENTS = ("resource_id", "scalable_dimension", "service_namespace")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every target and every policy."""
    yield from _of_policies(graph)
    for action in graph.of_type("aws_appautoscaling_scheduled_action"):
        for block in blocks(action.attributes.get("scalable_target_action")):
            low, high = number(block.get("min_capacity")), number(block.get("max_capacity"))
            if low is not None and high is not None and low > high:
                yield at(action, f"has min_capacity {low} and max_capacity {high}", f"set max_capacity = {low} or more")
    for target in graph.of_type("aws_appautoscaling_target"):
        if target.attributes.get("service_namespace", "ecs") == "ecs":
            yield from _of_target(graph, target)


def _of_policies(graph: Graph) -> Iterator[Finding]:
    for policy in graph.of_type("aws_appautoscaling_policy"):
        targets = {ref.address for key in _ARGUMENTS if isinstance(ref := policy.attributes.get(key), Ref)}
        if len(targets) > 1:
            yield at(
                policy,
                f"refers to {' and '.join(sorted(targets))}",
                f"set resource_id, scalable_dimension and service_namespace from {min(targets)}",
            )
        fault = _fault(policy)
        if fault:
            yield at(policy, *fault)
        if _is_never_called(graph, policy):
            fix = f"add {policy.address}.arn to the alarm_actions of an aws_cloudwatch_metric_alarm"
            yield at(policy, "scales in steps, but no alarm triggers it", fix)
        if _never_ends(graph, policy):
            yield at(policy, "never scales in, so tasks that were started keep running", "remove disable_scale_in")


def _is_never_called(graph: Graph, policy: Resource) -> bool:
    """Tell whether nothing names a policy that scales when an alarm tells it to, and nothing outside is given its ARN."""
    is_stepped = policy.attributes.get("policy_type", "StepScaling") == "StepScaling"
    is_shown = any(ref.address == policy.address for ref in graph.shown)
    return is_stepped and not graph.users(policy) and not is_shown and bool(policy.spans)


def _never_ends(graph: Graph, policy: Resource) -> bool:
    """Tell whether a policy has its scale-in disabled, and certainly no other policy may do it instead."""
    tracking = blocks(policy.attributes.get("target_tracking_scaling_policy_configuration"))
    disabled = any(flag(block.get("disable_scale_in")) is True for block in tracking)
    return disabled and len(graph.of_type("aws_appautoscaling_policy")) == 1 and not graph.is_handed_out(policy)


def _of_target(graph: Graph, target: Resource) -> Iterator[Finding]:
    users = graph.users(target)
    if not users and not _named_by_policies(graph):
        yield at(target, "has no scaling policy", "add an aws_appautoscaling_policy")
    dimension = target.attributes.get("scalable_dimension")
    if isinstance(dimension, str) and dimension != "ecs:service:DesiredCount":
        yield at(
            target, f'has scalable_dimension "{dimension[:60]}"', 'set scalable_dimension = "ecs:service:DesiredCount"'
        )
    resource_id = target.attributes.get("resource_id")
    if not _names_a_service(resource_id):
        yield at(
            target,
            "has a resource_id that is not of the form service/CLUSTER/SERVICE",
            'set resource_id = "service/${aws_ecs_cluster.NAME.name}/${aws_ecs_service.NAME.name}"',
        )
    stray = _stray_cluster(graph, resource_id)
    if stray:
        yield at(target, *stray)
    low, high = number(target.attributes.get("min_capacity")), number(target.attributes.get("max_capacity"))
    if low is not None and high is not None and low > high:
        yield at(target, f"has min_capacity {low} and max_capacity {high}", f"set max_capacity = {low} or more")
    if low is not None and low == high and users and not graph.of_type("aws_appautoscaling_scheduled_action"):
        yield at(target, f"has min_capacity and max_capacity {low}, so nothing scales", "set max_capacity = 4")
    if high is not None and high < 1:
        yield at(target, "has max_capacity 0", "set max_capacity = 4")


def _stray_cluster(graph: Graph, resource_id: Value) -> tuple[str, str] | None:
    """A service of the stack, with the name of a cluster in which it does not run."""
    parts = resource_id.parts if isinstance(resource_id, Text) else ()
    if len(parts) != 2 or not isinstance(parts[0], str) or not isinstance(parts[1], Ref):  # noqa: PLR2004 - text, service
        return None
    service = graph.target(parts[1])
    home = graph.target(service.attributes.get("cluster")) if service is not None else None
    written = parts[0].removeprefix("service/").rstrip("/")
    name = graph.resolved(home.attributes.get("name")) if home is not None else None
    if service is None or home is None or not isinstance(name, str) or name == written:
        return None
    return f'names the cluster "{written[:60]}", but {service.address} runs in {home.address}', (
        f"write ${{{home.address}.name}} in resource_id"
    )


def _names_a_service(resource_id: Value) -> bool:
    """Tell whether a resource_id has the form of a service's; a cluster or service of the stack stands alone in its place."""
    parts = resource_id.parts if isinstance(resource_id, Text) else (resource_id,)
    text = "".join(part if isinstance(part, str) else _WHOLE if "aws_ecs_" in str(part) else "x" for part in parts)
    return _SERVICE.fullmatch(text) is not None or not any(isinstance(part, str) for part in parts)


def _named_by_policies(graph: Graph) -> bool:
    """Policies that name their target by text, or by what is not known, may be anybody's."""
    ids = (policy.attributes.get("resource_id") for policy in graph.of_type("aws_appautoscaling_policy"))
    return any(isinstance(value, str | Text | Expr) for value in ids)


def _fault(policy: Resource) -> tuple[str, str] | None:
    kind = policy.attributes.get("policy_type", "StepScaling")
    tracking = blocks(policy.attributes.get("target_tracking_scaling_policy_configuration"))
    steps = policy.attributes.get("step_scaling_policy_configuration")
    if kind == "TargetTrackingScaling" and not tracking:
        return "has no target_tracking_scaling_policy_configuration", "add it with target_value = 70"
    if kind == "StepScaling" and not steps:
        return "has no step_scaling_policy_configuration", 'add it, or set policy_type = "TargetTrackingScaling"'
    for block in tracking:
        if not blocks(block.get("predefined_metric_specification")) and not block.get(
            "customized_metric_specification"
        ):
            return "has no metric", 'set predefined_metric_type = "ECSServiceAverageCPUUtilization"'
    return None


RULE = Rule(
    id="SVC207",
    scope="terraform",
    title="Autoscaling has no effect",
    what="A scaling target is not a service, has no policy or range, or a policy refers to several targets or never scales in.",
    why="The number of tasks never changes, or only grows.",
    fix="Set `resource_id` to service/CLUSTER/SERVICE, and all three arguments of a policy from one target.",
    source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="# without aws_appautoscaling_policy.cpu\n",
    check_graph=check,
)
