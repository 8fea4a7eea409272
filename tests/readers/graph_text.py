"""A graph as lines of text, one for each argument, for goldens."""

from collections.abc import Iterator, Mapping, Sequence

from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text, Value
from stage3c.readers.reading import Reading


def lines_of(reading: Reading) -> Iterator[str]:
    """What was read: findings, settings, then each resource with its arguments."""
    for fault in reading.faults:
        yield f"{fault.code} {fault.span.file}:{fault.span.line} {fault.cause}"
    graph = reading.graph or Graph({})
    for provider in graph.providers:
        yield f"provider {_text(provider)}"
    yield from (f"backend {_text(graph.backend)}",) if graph.backend else ()
    yield from (f"variable {name} {_text(value)}" for name, value in sorted(graph.variables.items()))
    yield from (f"output {name} {_text(output.value)}" for name, output in sorted(graph.outputs.items()))
    for resource in graph.resources.values():
        yield from _lines_of_resource(resource)


def _lines_of_resource(resource: Resource) -> Iterator[str]:
    facts = {
        "at": resource.origin.span and f"{resource.origin.span.file}:{resource.origin.span.line}",
        "type": resource.type if resource.written_type else "",
        "provider": resource.provider,
        "waits for": ", ".join(resource.depends_on),
        "lifecycle": "" if resource.lifecycle == type(resource.lifecycle)() else str(resource.lifecycle),
        "certain": "" if resource.certain else "no",
    }
    yield f"{resource.address}: " + "; ".join(f"{name} {fact}" for name, fact in facts.items() if fact)
    yield from (f"  {name} = {_text(value)}" for name, value in sorted(resource.attributes.items()))


def _text(value: Value) -> str:  # noqa: PLR0911 - one case for each kind of value
    match value:
        case Ref():
            return f"<{value}>"
        case Expr(template=template, refs=refs):
            return f"unknown({template}: {', '.join(sorted(map(str, refs)))})" if refs else f"unknown({template})"
        case Text(parts=parts):
            return "+".join(_text(part) for part in parts)
        case Json(value=inner):
            return f"json {_text(inner)}"
        case str():
            return repr(value)
        case Mapping():
            return "{" + ", ".join(f"{key}: {_text(inner)}" for key, inner in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(_text(inner) for inner in value) + "]"
        case _:
            return str(value)
