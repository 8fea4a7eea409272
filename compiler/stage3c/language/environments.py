"""One spec, several environments: each is the base with its own keys laid over it, and is judged as a whole."""

import difflib

from stage3c.diagnostics import Fault, Path
from stage3c.language.source import Document, MapNode, ScalarNode, overlay


def environments(document: Document) -> tuple[dict[str, Document], list[Fault]]:
    """The documents by environment; a spec without `environments` is one document as it stands."""
    root = document.root
    declared = root.entries.get("environments")
    if declared is None:
        if "environment" not in root.entries and "environments" not in root.entries:
            cause = "the spec has neither environment nor environments."
            return {"": document}, [_fault(document, (), cause, "add `environment: production`.")]
        return {_name(root): document}, []
    if "environment" in root.entries:
        cause = "the spec has both environment and environments."
        return {}, [_fault(document, ("environment",), cause, "remove `environment`.")]
    if not isinstance(declared, MapNode) or not declared.entries:
        cause = "environments is not a mapping of environment names to the keys that differ."
        return {}, [
            _fault(
                document,
                ("environments",),
                cause,
                "write for example `environments: {dev: {region: eu-west-1}, prod: {}}`.",
            )
        ]
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for name, over in declared.entries.items():
        is_mapping = isinstance(over, MapNode) or (isinstance(over, ScalarNode) and over.value is None)
        if is_mapping and "environment" not in getattr(over, "entries", {}):
            documents[name] = _merged(document, declared, name)
        else:
            cause = f"environments.{name[:40]} is not a mapping of keys, or contains environment."
            faults.append(
                _fault(
                    document, ("environments", name), cause, f"write for example `{name[:40]}: {{region: eu-west-1}}`."
                )
            )
    return documents, faults


def unknown_environment(document: Document, wanted: str, known: list[str]) -> Fault:
    """Say that a spec has no environment of this name."""
    near = difflib.get_close_matches(wanted, known, 1)
    cause = f'the spec has no environment "{wanted[:40]}"; it has {", ".join(known) or "none"}.'
    return _fault(
        document,
        ("environments",),
        cause,
        f"use --env {near[0]}." if near else f"use --env {known[0]}." if known else "remove --env.",
    )


def _name(root: MapNode) -> str:
    node = root.entries.get("environment")
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _merged(document: Document, declared: MapNode, name: str) -> Document:
    base = {key: node for key, node in document.root.entries.items() if key != "environments"}
    spans = {key: span for key, span in document.root.key_spans.items() if key != "environments"}
    base["environment"] = ScalarNode(name, declared.key_spans[name])
    spans["environment"] = declared.key_spans[name]
    merged = overlay(MapNode(base, spans, document.root.span, document.root.weight), declared.entries[name])
    if not isinstance(merged, MapNode):
        merged = MapNode(base, spans, document.root.span, document.root.weight)
    return Document(document.file, merged, document.lines)


def _fault(document: Document, path: Path, cause: str, fix: str) -> Fault:
    return Fault("SPEC107", cause, fix, document.span(path, key=True), path)
