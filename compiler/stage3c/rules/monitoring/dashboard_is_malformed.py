"""CloudWatch dashboard is malformed."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import UNKNOWN, Graph, Value, blocks, document, number
from stage3c.rules.rule import Rule, at
from stage3c.views.dashboards import lines, widgets
from stage3c.wording import listed, nearest

_TYPES: Final = ("metric", "text", "log", "alarm", "explorer", "custom", "chart")
_BOUNDS: Final = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}
_SHORT_PERIODS: Final = (1, 5, 10, 20, 30)
_MINUTE: Final = 60
_PAIRED: Final = 2


def check(graph: Graph) -> Iterator[Finding]:
    """Judge each widget by itself; what is not known is passed over."""
    for dashboard in graph.of_type("aws_cloudwatch_dashboard"):
        body = document(dashboard.attributes.get("dashboard_body"))
        if body is not UNKNOWN and (not isinstance(body, Mapping) or body.get("widgets") is None):
            yield at(
                dashboard,
                "has a dashboard_body without widgets",
                'write jsonencode({ widgets = [{ type = "metric" … }] })',
            )
    for dashboard, position, widget in widgets(graph):
        for fault, fix in (*_faults_of_form(widget), *_faults_of_place(widget), *_faults_of_metrics(widget)):
            yield at(dashboard, f"has widget {position} {fault}", fix)


def _faults_of_form(widget: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    kind = widget.get("type")
    if kind is None or (isinstance(kind, str) and kind not in _TYPES):
        near = nearest(str(kind), _TYPES) or "metric"
        yield f'with type "{clip(str(kind or ""))}"; CloudWatch has {listed(_TYPES)}', f'set type = "{near}"'
    if widget.get("properties") is None:
        yield "without properties", "add properties = { region = …, metrics = […] }"


def _faults_of_place(widget: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if (widget.get("x") is None) != (widget.get("y") is None):
        missing = "x" if widget.get("x") is None else "y"
        yield f"without {missing}; CloudWatch takes x and y together", f"set {missing} = 0"
    for key, (low, high) in _BOUNDS.items():
        given = number(widget.get(key))
        if given is not None and (given < low or (high is not None and given > high)):
            limits = f"{low} to {high}" if high is not None else f"{low} or more"
            yield f"with {key} {given}; CloudWatch allows {limits}", f"set {key} = {low if given < low else high}"


def _faults_of_metrics(widget: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if widget.get("type") != "metric":
        return
    for properties in blocks(widget.get("properties")):
        if properties.get("region") is None:
            yield "without region, which a graph requires", "set region to that of its metrics"
        if properties.get("metrics") is None and properties.get("annotations") is None:
            yield (
                "without metrics or annotations",
                'set metrics = [["AWS/ECS", "CPUUtilization", "ClusterName", "shop"]], or others',
            )
        period = number(properties.get("period"))
        if period is not None and period not in _SHORT_PERIODS and (period < _MINUTE or period % _MINUTE):
            yield f"with period {period}, which is not a multiple of 60", "set period = 60"
    for line in lines(widget):
        if line.is_plain and (len(line.written) < _PAIRED or len(line.written) % _PAIRED):
            words = " ".join(clip(str(part)) for part in line.written)
            yield (
                f"with the metric [{words}]; it must be namespace, name, and pairs of dimension and value",
                'write for example ["AWS/ECS", "CPUUtilization", "ClusterName", "shop"]',
            )


RULE = Rule(
    id="MON260",
    scope="terraform",
    title="CloudWatch dashboard is malformed",
    what="A widget has no type, region or metrics, or a place, period or metric of a form that CloudWatch does not have.",
    why="CloudWatch rejects the dashboard at apply, or shows an empty graph.",
    fix='Write for example `{ type = "metric", width = 12, height = 6, properties = { region = "eu-west-1", metrics = […] } }`.',
    source=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
        " (2026-11-28)"
    ),
    bad_terraform="""\
resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "shop"
  dashboard_body = jsonencode({
    widgets = [{
      type       = "metrics"
      x          = 0
      y          = 0
      width      = 30
      height     = 6
      properties = { region = "eu-west-1", metrics = [["AWS/ECS", "CPUUtilization", "ClusterName", "shop"]] }
    }]
  })
}
""",
    check_graph=check,
)
