"""The spec language as JSON Schema, for editors."""

from typing import Any

from stage3c.language.model.base import Part, documentation
from stage3c.language.model.stack import Stack

ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def spec_schema() -> dict[str, Any]:
    """The schema of a spec file, in which `environments` may stand instead of `environment`."""
    schema = Stack.model_json_schema(by_alias=True)
    properties = schema["properties"]
    _document(Stack, properties)
    for model in Part.__subclasses__():
        _document(model, schema["$defs"].get(model.__name__, {}).get("properties", {}))
    properties["environments"] = {
        "description": "Environments by name, each with the keys that differ; null takes a key away.",
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
    for name, text in documentation(model).items():
        alias = model.model_fields[name].alias or name
        if alias in properties:
            properties[alias]["description"] = text
