"""Steps of a scaling policy overlap or leave a gap."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Value, blocks
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the steps in their order; where a bound is not known, at none of them."""
    for policy in graph.of_type("aws_appautoscaling_policy"):
        for settings in blocks(policy.attributes.get("step_scaling_policy_configuration")):
            written = settings.get("step_adjustment")
            steps = [_bounds(step) for step in blocks(written)]
            known = sorted(step for step in steps if step is not None)
            fault = _fault(known) if known and len(known) == len(steps) and not isinstance(written, str) else None
            if fault:
                yield at(policy, *fault)


def _bounds(step: Mapping[str, Value]) -> tuple[float, float] | None:
    low, high = step.get("metric_interval_lower_bound"), step.get("metric_interval_upper_bound")
    try:
        return (-inf if low in (None, "") else float(str(low))), (inf if high in (None, "") else float(str(high)))
    except ValueError:
        return None


def _fault(steps: Sequence[tuple[float, float]]) -> tuple[str, str] | None:
    """What AWS says of steps, sorted by their lower bound."""
    low, high = steps[0][0], max(step[1] for step in steps)
    if any(a >= b for a, b in steps):
        return "has a step whose upper bound is not above its lower one", "swap the two bounds"
    for (_, upper), (lower, _) in pairwise(steps):
        if upper != lower:
            word = "overlap" if upper > lower else "leave a gap"
            return f"has steps that {word}", "let each step start where the one before it ends"
    if -inf < low < 0 or 0 < high < inf:
        return "has steps that end before the metric does", "leave out the bound of the outermost step"
    return None


RULE = Rule(
    id="SVC240",
    scope="terraform",
    title="Steps of a scaling policy overlap or leave a gap",
    what="The step_adjustment blocks of a scaling policy do not follow each other, or the outermost step has an end.",
    why="AWS rejects the policy: StepAdjustment intervals must neither overlap nor leave gaps.",
    fix="Let each step start where the one before it ends, and leave the outermost bound out.",
    source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html (from memory)",
    bad_terraform="""\
resource "aws_appautoscaling_policy" "steps" {
  name               = "steps"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = 20
      scaling_adjustment          = 1
    }
    step_adjustment {
      metric_interval_lower_bound = 10
      scaling_adjustment          = 2
    }
  }
}
""",
    good_terraform="""\
resource "aws_appautoscaling_policy" "steps" {
  name               = "steps"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = 20
      scaling_adjustment          = 1
    }
    step_adjustment {
      metric_interval_lower_bound = 20
      scaling_adjustment          = 2
    }
  }
}
""",
    check_graph=check,
)
