"""CloudWatch dashboards as widgets, each with the metrics that it draws.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html (2026-11-28)
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from stage3c.graph import Graph, Resource, Value, blocks, document

_NAMES = 2
"""Before the dimensions of a metric stand its namespace and its name."""


class Line(Struct, frozen=True):
    """One metric of a graph: namespace and name, dimensions in pairs, and how it is drawn."""

    written: tuple[Value, ...]
    options: Mapping[str, Value]

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing in it is an expression or a short form ("." repeats the line before)."""
        texts = [part for part in self.written if isinstance(part, str)]
        return "expression" not in self.options and not any(set(text) == {"."} for text in texts)

    @property
    def dimensions(self) -> dict[str, Value]:
        """The dimensions by name."""
        pairs = self.written[_NAMES:]
        return {str(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=False)}


def widgets(graph: Graph) -> Iterator[tuple[Resource, int, Mapping[str, Value]]]:
    """Every widget with its dashboard and its position."""
    for dashboard in graph.of_type("aws_cloudwatch_dashboard"):
        for body in blocks(document(dashboard.attributes.get("dashboard_body"))):
            for position, widget in enumerate(blocks(body.get("widgets"))):
                yield dashboard, position, widget


def lines(widget: Mapping[str, Value]) -> Iterator[Line]:
    """The metrics of a widget; those of a form that is not known are left out."""
    for properties in blocks(widget.get("properties")):
        metrics = properties.get("metrics")
        for line in metrics if isinstance(metrics, Sequence) and not isinstance(metrics, str) else ():
            if isinstance(line, Sequence) and not isinstance(line, str):
                options = [part for part in line if isinstance(part, Mapping)]
                plain = tuple(part for part in line if not isinstance(part, Mapping))
                yield Line(plain, options[0] if options else {})
