"""Dashboard draws a metric that does not exist."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Ref, Resource, Value, blocks, is_known
from stage3c.rules.monitoring.metric_facts import faults_of_metric, faults_of_references
from stage3c.rules.rule import Rule, at
from stage3c.views.dashboards import Line, lines, widgets
from stage3c.views.regions import region_of_resource

_DRAWN: Final = ("aws_ecs_service", "aws_lb", "aws_db_instance")
_COUNTED: Final = ("RequestCount", "HTTPCode_")


def check(graph: Graph) -> Iterator[Finding]:
    """Judge each metric by the facts about its namespace and by the resources that it names, then all of them together."""
    seen: dict[str, set[str]] = defaultdict(set)
    drawn: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for dashboard, position, widget in widgets(graph):
        for line in lines(widget):
            if not line.is_plain:
                continue
            for fault, fix in (*_faults(graph, line), *_faults_of_region(graph, widget, line)):
                yield at(dashboard, f"has widget {position}, whose metric {fault}", fix)
            if is_known(line.written):
                what = repr((line.written, line.options))
                if what in seen[dashboard.address]:
                    yield at(
                        dashboard, f"has widget {position}, which draws a metric a second time", "remove one of the two"
                    )
                seen[dashboard.address].add(what)
            drawn[dashboard.address] |= set(_things(graph, line))
    for address, things in drawn.items():
        yield from _left_out(graph, graph.resources[address], things)


def _faults(graph: Graph, line: Line) -> Iterator[tuple[str, str]]:
    if len(line.written) < 2:  # noqa: PLR2004 - a namespace and a name; MON260 says so
        return
    namespace, metric = line.written[:2]
    yield from faults_of_metric(namespace, metric, line.dimensions)
    yield from faults_of_references(graph, line.dimensions)
    if namespace == "AWS/ApplicationELB" and str(metric).startswith(_COUNTED) and line.options.get("stat") is None:
        yield (
            f"is {clip(str(metric))} without a statistic; its average is always 1",
            'add { stat = "Sum" } to the metric',
        )


def _faults_of_region(graph: Graph, widget: Mapping[str, Value], line: Line) -> Iterator[tuple[str, str]]:
    given = [properties.get("region") for properties in blocks(widget.get("properties"))]
    for region in (each for each in given if isinstance(each, str)):
        if region not in load("regions")["zone_letters_by_region"]:
            yield f'is looked for in region "{clip(region)}", which does not exist', "set region to that of the metric"
        targets = [graph.target(value) for value in line.dimensions.values()]
        homes = [region_of_resource(graph, target) for target in targets if target is not None]
        home = next((each for each in homes if each and each != region), None)
        if home:
            yield f"is looked for in {clip(region)}, but is recorded in {home}", f'set region = "{home}"'


def _things(graph: Graph, line: Line) -> Iterator[tuple[str, str]]:
    """The resource of the last dimension, which is the one drawn, with the metric."""
    found = [graph.target(value) for value in line.dimensions.values() if isinstance(value, Ref)]
    for thing in (each for each in found[-1:] if each is not None and len(line.written) > 1):
        yield thing.address, str(line.written[1])


def _left_out(graph: Graph, dashboard: Resource, things: set[tuple[str, str]]) -> Iterator[Finding]:
    """A dashboard that draws a metric of all resources of a type but one: that one was left out."""
    for kind in _DRAWN:
        every = {r.address for r in graph.of_type(kind) if r.certain and not r.attributes.get("replicate_source_db")}
        alike = {r.address for r in graph.of_type(kind)}
        for metric in sorted({metric for address, metric in things if address in alike}):
            missing = sorted(every - {address for address, drawn in things if drawn == metric})
            if len(missing) == 1:
                yield at(
                    dashboard, f"draws {clip(metric)} of every {kind} except {missing[0]}", f"draw {missing[0]} too"
                )


RULE = Rule(
    id="MON261",
    scope="terraform",
    title="Dashboard draws a metric that does not exist",
    what="A graph has a metric, dimensions or a region that AWS does not record, draws one twice, or leaves a resource out.",
    why="The graph stays empty, and a failure of that resource is not seen.",
    fix="Use metric and dimensions of one resource as AWS records them, in its region.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html (2026-11-24)",
    severity=Severity.WARNING,  # facts/metrics.json may lack a metric
    bad_terraform="""\
resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "shop"
  dashboard_body = jsonencode({
    widgets = [{
      type       = "metric"
      width      = 12
      height     = 6
      properties = { region = "eu-west-1", metrics = [["AWS/ECS", "CPUUtilisation", "ClusterName", "shop"]] }
    }]
  })
}
""",
    check_graph=check,
)
