"""What a shell offers after a spec: its services and databases."""

from pathlib import Path

import typer

from stage3c.language.source import MapNode, read
from stage3c.output import files


def complete_services(context: typer.Context, incomplete: str) -> list[str]:
    """The services of the spec that was typed before."""
    return _keys(context, "services", incomplete)


def complete_logged(context: typer.Context, incomplete: str) -> list[str]:
    """The services and jobs of that spec, which have logs."""
    return [*_keys(context, "services", incomplete), *_keys(context, "jobs", incomplete)]


def complete_databases(context: typer.Context, incomplete: str) -> list[str]:
    """The databases of that spec."""
    return _keys(context, "databases", incomplete)


def complete_jobs(context: typer.Context, incomplete: str) -> list[str]:
    """The jobs of that spec."""
    return _keys(context, "jobs", incomplete)


def complete_assignments(context: typer.Context, incomplete: str) -> list[str]:
    """Services with the sign that their tag follows."""
    return [f"{key}=" for key in _keys(context, "services", incomplete)]


def _keys(context: typer.Context, section: str, incomplete: str) -> list[str]:
    """The keys of a section, also those of one environment only; none where the spec cannot be read."""
    try:
        document, _ = read(files.read_spec(Path(str(context.params.get("spec")))), "")
    except files.FileError:
        return []
    if document is None:
        return []
    found: dict[str, None] = {}
    environments = document.root.entries.get("environments")
    layers = [document.root, *(environments.entries.values() if isinstance(environments, MapNode) else ())]
    for layer in layers:
        inner = layer.entries.get(section) if isinstance(layer, MapNode) else None
        found.update(dict.fromkeys(inner.entries) if isinstance(inner, MapNode) else {})
    return [key for key in found if key.startswith(incomplete)]
