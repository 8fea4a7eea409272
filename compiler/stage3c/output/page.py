"""`stage3c report`: one HTML page about a stack or a folder, with nothing loaded from anywhere. Pure.

Every value is escaped by the template engine; only the picture is markup of our own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup
from msgspec import Struct, field

from stage3c import __version__
from stage3c.diagnostics import Diagnostic
from stage3c.graph import Graph
from stage3c.output import evidence
from stage3c.output.costs import cost_table
from stage3c.output.picture import Place, as_svg, places_in
from stage3c.shipped import folder


class Section(Struct, frozen=True):
    """One stack on the page."""

    title: str
    flows: Sequence[Mapping[str, Any]]
    permissions: Sequence[Mapping[str, Any]]
    proven: bool
    counts: Mapping[str, int]
    unjudged: Sequence[str]
    places: Mapping[str, Place] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    """Title -> rows; the first row is the head."""


def section_of(
    graph: Graph, title: str, tables: Mapping[str, Sequence[Sequence[str]]], *, not_read: Sequence[str] = ()
) -> Section:
    """A stack with its proofs; `not_read` is as in `evidence.as_object`."""
    found = evidence.as_object(graph, title, not_read=not_read)
    proofs = {name: found[name] for name in ("flows", "permissions", "proven", "counts", "unjudged")}
    return Section(title, **proofs, places=places_in(graph), tables=tables)


def as_page(title: str, sections: Sequence[Section], findings: Sequence[Diagnostic]) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(folder("templates")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    pictures = [Markup(as_svg(section.flows, section.places)) for section in sections]  # noqa: S704 - escaped where it is drawn
    parts = list(zip(sections, pictures, strict=True))
    template = environment.get_template("report.html.j2")
    return template.render(title=title, parts=parts, findings=findings, version=__version__) + "\n"


def tables_of(graph: Graph) -> dict[str, list[list[str]]]:
    """What the resources themselves say: cost classes, secrets and alarms."""
    costs = cost_table(graph)
    found: dict[str, list[list[str]]] = {"Monthly cost class": costs} if costs else {}
    for heading, kind, arguments in (
        ("Secrets", "aws_secretsmanager_secret", ("name", "description")),
        ("Alarms", "aws_cloudwatch_metric_alarm", ("alarm_name", "metric_name", "threshold")),
    ):
        rows = [
            [each.address, *(_shown(each.attributes.get(name)) for name in arguments)]
            for each in graph.resources.values()
            if each.type == kind and each.mode == "resource"
        ]
        if rows:
            found[heading] = [["address", *(name.replace("_", " ") for name in arguments)], *rows]
    return found


def _shown(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""
