"""The spec language as JSON Schema, for editors and for the reference of keys."""

from typing import Any

from stage3c.language.model.base import Part, documentation
from stage3c.language.model.stack import Stack
from stage3c.language.source import plain, read

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
        "additionalProperties": {"type": ["object", "null"]},
    }
    declared = schema.pop("required")
    one = {"required": [*declared]}
    several = {"required": ["stage3c", "environments"]}
    return {
        "$schema": ADDRESS,
        "title": "stage3c spec",
        **{k: v for k, v in schema.items() if k != "title"},
        "oneOf": [one, several],
    }


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
