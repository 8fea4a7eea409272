"""Terraform that anybody wrote, judged by the same rules as what we compile: all those that look at resources.

Pure: the files are read by `files`, and made a graph by `readers`. What a reader could not know, no rule reports.
"""

from stage3c.diagnostics import Diagnostic, Span, in_order
from stage3c.graph import Graph
from stage3c.readers.reading import Reading
from stage3c.rules import catalogue, diagnosed, diagnostic_of


def audit(reading: Reading) -> list[Diagnostic]:
    """What the reader and every rule have to say, in the order of the files."""
    found = _judged(reading.graph) if reading.graph else []
    return in_order([*map(diagnosed, reading.faults), *found])


def _judged(graph: Graph) -> list[Diagnostic]:
    return [
        diagnostic_of(rule, finding, Span("the whole stack"))
        for rule in catalogue().values()
        if rule.check_graph
        for finding in rule.check_graph(graph)
    ]
