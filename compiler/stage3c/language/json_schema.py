"""The spec language as JSON Schema, for editors and for the reference of keys."""

from typing import Any

from stage3c.language.model.base import Part, documentation
from stage3c.language.model.stack import Stack
from stage3c.language.source import plain, read

_PARTIAL = "Partial"
ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def spec_schema() -> dict[str, Any]:
    """The schema of a spec file, in which `environments` may stand instead of `environment`."""
    schema = Stack.model_json_schema(by_alias=True)
    properties = schema["properties"]
    _document(Stack, properties)
    for model in Part.__subclasses__():
        _document(model, schema["$defs"].get(model.__name__, {}).get("properties", {}))
    properties["environments"] = {
        "description": "Environments by name, each with the keys that differ from the rest; null removes a key.",
        "examples": [{"dev": {"region": "eu-west-1"}, "prod": {}}],
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [{"$ref": f"#/$defs/{_PARTIAL}Stack"}, {"type": "null"}]},
    }
    schema["$defs"] |= _partial(schema)
    declared = schema.pop("required")
    one = {"required": [*declared]}
    several = {"required": ["stage3c", "environments"]}
    return {
        "$schema": ADDRESS,
        "title": "stage3c spec",
        **{k: v for k, v in schema.items() if k != "title"},
        "oneOf": [one, several],
    }


def _partial(schema: dict[str, Any]) -> dict[str, Any]:
    """The spec and its parts as an environment may have them: no key is required, and null removes one."""
    parts = {name: _optional(part) for name, part in schema["$defs"].items()}
    root = {key: value for key, value in schema.items() if key != "$defs"}
    root["properties"] = {k: v for k, v in root["properties"].items() if k not in ("environment", "environments")}
    return {f"{_PARTIAL}{name}": part for name, part in {**parts, "Stack": _optional(root)}.items()}


def _optional(node: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without what makes a key required, whose references lead to schemas of the same kind."""
    if isinstance(node, list):
        return [_optional(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _optional(value) for key, value in node.items() if key not in ("required", "minProperties")}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = found["$ref"].replace("#/$defs/", f"#/$defs/{_PARTIAL}")
    if isinstance(node.get("properties"), dict):
        found["properties"] = {key: _or_null(_optional(value)) for key, value in node["properties"].items()}
    if isinstance(node.get("additionalProperties"), dict):
        found["additionalProperties"] = _or_null(found["additionalProperties"])
    return found


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null; what editors show of a key stays outside."""
    shown: dict[str, Any] = {key: schema[key] for key in ("description", "examples", "title") if key in schema}
    return {**shown, "anyOf": [{k: v for k, v in schema.items() if k not in shown}, {"type": "null"}]}


def _document(model: type[Part], properties: dict[str, Any]) -> None:
    for name, meaning in documentation(model).items():
        alias = model.model_fields[name].alias or name
        if alias in properties:
            properties[alias]["description"] = meaning.purpose
            if meaning.example:
                properties[alias]["examples"] = [_value(meaning.example)]


def _value(text: str) -> Any:  # noqa: ANN401 - what YAML holds
    document, _ = read(f"example: {text}".encode(), "example.yaml")
    assert document is not None, text
    return plain(document.root)["example"]
