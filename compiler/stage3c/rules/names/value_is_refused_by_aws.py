"""Argument value is not accepted by AWS."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Ref, Resource, Text, Value, blocks, document, items
from stage3c.rules.rule import Rule, at
from stage3c.wording import listed, nearest

_SCALED: Final = ("aws_appautoscaling_target", "aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action")
_ECS_ARN: Final = re.compile(r"aws_ecs_(cluster|service)\.[^.]+\.(id|arn)$")
_LABELLED: Final = re.compile(r"aws_(alb|lb)(_target_group)?\.[^.]+\.(id|arn|name)$")
_DOCUMENTS: Final = ("container_definitions",)


def check(graph: Graph) -> Iterator[Finding]:
    """Look up every argument of `facts/arguments.json`; what is not known in full is passed over."""
    for section, judge in (("values", _not_among), ("bounds", _out_of_bounds), ("patterns", _not_of_form)):
        for kind, rows in load("arguments")[section].items():
            for resource in graph.of_type(kind):
                for path, row in rows.items():
                    for value in _leaves(resource.attributes, path.split(".")):
                        fault = judge(value, row)
                        if fault:
                            cause, best = fault
                            yield at(resource, f'has {path} = "{clip(value)}"; {cause}', f"set {path} to {best}")
    for kind in _SCALED:
        for resource in graph.of_type(kind):
            yield from _label_of_arns(resource)
            arn = _arn_for_a_name(resource.attributes.get("resource_id"))
            if arn:
                cause = f"has a resource_id with {arn}, which is an ARN; it must have the form service/CLUSTER/SERVICE"
                yield at(resource, cause, f"use {arn.rpartition('.')[0]}.name")


def _arn_for_a_name(resource_id: Value) -> str | None:
    """A part of a resource_id that is the ARN of a cluster or service.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html (2026-11-28)
    """
    parts = resource_id.parts if isinstance(resource_id, Text) else ()
    return next((str(part) for part in parts if isinstance(part, Ref) and _ECS_ARN.search(str(part))), None)


def _label_of_arns(policy: Resource) -> Iterator[Finding]:
    """A resource_label that is made of whole ARNs, where the ends of both belong.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html (from memory)
    """
    for settings in blocks(policy.attributes.get("target_tracking_scaling_policy_configuration")):
        for metric in blocks(settings.get("predefined_metric_specification")):
            label = metric.get("resource_label")
            parts = label.parts if isinstance(label, Text) else ()
            if any(isinstance(part, Ref) and _LABELLED.search(str(part)) for part in parts):
                fix = "use ${aws_lb.NAME.arn_suffix}/${aws_lb_target_group.NAME.arn_suffix}"
                yield at(policy, "has a resource_label of whole ARNs", fix)


def _leaves(attributes: Mapping[str, Value], path: Sequence[str]) -> list[str]:
    """The known scalars at a path, as texts; several where a block or a list stands on the way."""
    here: list[Mapping[str, Value]] = [attributes]
    for key in path[:-1]:
        inner = (block.get(key) for block in here)
        here = list(chain.from_iterable(blocks(document(v) if key in _DOCUMENTS else v) for v in inner))
    found = chain.from_iterable(items(block.get(path[-1])) for block in here)
    return [
        str(value)
        for value in found
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    ]


def _not_among(value: str, known: Sequence[str]) -> tuple[str, str] | None:
    if value.lower() in map(str.lower, known):
        return None
    near = nearest(value, known)
    return f"AWS allows {listed(known)}", f'"{near or known[0]}"'


def _out_of_bounds(value: str, bounds: Sequence[float | None]) -> tuple[str, str] | None:
    low, high = bounds
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        return "it must be a number", f"{low if low is not None else high}"
    if (low is None or float(value) >= low) and (high is None or float(value) <= high):
        return None
    best = f"{low if low is not None and float(value) < low else high}"
    return (f"AWS allows {low} to {high}" if high is not None else f"AWS allows {low} or more"), best


def _not_of_form(value: str, row: Sequence[str]) -> tuple[str, str] | None:
    pattern, words = row
    return None if re.fullmatch(pattern, value) else (f"AWS allows {words}", words)


RULE = Rule(
    id="LIM201",
    scope="terraform",
    title="Argument value is not accepted by AWS",
    what="An argument has a value that AWS does not support, or a number out of range.",
    why="AWS rejects it at apply, after other resources were created.",
    fix="Write one of the values that the finding names.",
    source="facts/arguments.json",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ips"
}
""",
    check_graph=check,
)
