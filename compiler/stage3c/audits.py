"""Terraform that anybody wrote, judged by the same rules as what we compile: all those that look at resources.

Pure: the files are read by `files`, and made a graph by `readers`. What a reader could not know, no rule reports.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from stage3c.change.planned import planned_changes, planned_faults
from stage3c.diagnostics import Diagnostic, Severity, Span, in_order
from stage3c.disclosure import without
from stage3c.graph import Graph
from stage3c.readers.reading import Reading
from stage3c.rules import catalogue, diagnosed, diagnostic_of
from stage3c.rules.asking import ask_about_graph
from stage3c.unevaluated import OTHER, unevaluated

_FETCHED = ".terraform/modules/"
_REASONS = {
    "AUD105": "a part is too large",
    "AUD202": "the plan is incomplete",
}


def audit(reading: Reading) -> list[Diagnostic]:
    """What the reader and every rule have to say, in the order of the files."""
    found = without(_judged(reading.graph) if reading.graph else [], reading.hidden)
    everything = (*_reported(reading), *_changes(reading), *found)
    return in_order(each for each in everything if not _is_advice_to_others(each))


def _reported(reading: Reading) -> Iterator[Diagnostic]:
    """The faults of the reader; where nothing could be judged, what is else a warning is an error."""
    for each in map(diagnosed, reading.faults):
        is_final = reading.graph is None and each.severity is Severity.WARNING
        yield replace(each, severity=Severity.ERROR) if is_final else each


def _changes(reading: Reading) -> Iterator[Diagnostic]:
    """What a plan replaces and destroys, and what that loses."""
    if reading.graph is not None and reading.plan is not None:
        yield from map(diagnosed, planned_faults(planned_changes(reading.plan), reading.graph, reading.file))


def _is_advice_to_others(diagnostic: Diagnostic) -> bool:
    """Whether it is no error, and of a module that terraform init has fetched: who audits cannot change that."""
    advice = diagnostic.severity in (Severity.WARNING, Severity.NOTE)
    return advice and f"/{_FETCHED}" in f"/{diagnostic.span.file}"


def not_evaluated(reading: Reading) -> str:
    """How many needs could not be decided, and why: `3 of 98 needs unknown (3: variable vpc_id)`."""
    if reading.graph is None:
        return ""
    try:
        counted = unevaluated(reading.graph, unread(reading))
        return reading.hidden.clean(counted.text("; ".join(not_read(reading)) or OTHER))
    except Exception:  # noqa: BLE001 - the rules that ask for the same have reported it
        return ""


def not_read(reading: Reading) -> list[str]:
    """Why parts of a configuration are not known."""
    return sorted({_REASONS[each.code] for each in reading.faults if each.code in _REASONS})


def _judged(graph: Graph) -> list[Diagnostic]:
    answers = ask_about_graph(catalogue().values(), graph)
    found = (diagnostic_of(rule, finding, Span("the whole stack")) for rule, finding in answers.found)
    return [*found, *answers.failed]


def unread(reading: Reading) -> list[str]:
    """What could not be read, with each broken part: any of it may hide a need."""
    broken = (each for each in map(diagnosed, reading.faults) if each.severity is Severity.ERROR)
    return [*not_read(reading), *(f"{each.span.file}: {each.cause}" for each in broken)]
