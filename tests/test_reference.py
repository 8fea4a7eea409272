"""Every key of the spec language is described, and its example is what the schema accepts."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from stage3c.language.json_schema import spec_schema
from stage3c.language.source import plain, read
from stage3c.output.reference import as_markdown, flow

SCHEMA = spec_schema()


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    for model, schema in [("Stack", SCHEMA), *SCHEMA["$defs"].items()]:
        if model.startswith("Partial"):
            continue  # the same keys again, as an environment may have them
        for key, value in schema.get("properties", {}).items():
            yield f"{model}.{key}", value


KEYS = dict(keys())


@pytest.mark.parametrize("key", KEYS)
def test_a_key_has_a_description_and_an_example_that_its_own_schema_accepts(key: str) -> None:
    schema = KEYS[key]
    assert schema["description"].endswith(".")
    assert "examples" in schema or {"enum", "const"} & set(schema) or schema.get("type") == "boolean"
    for example in schema.get("examples", []):
        jsonschema.Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).validate(example)
        document, _ = read(f"key: {flow(example)}".encode(), "example.yaml")
        assert document
        assert plain(document.root) == {"key": example}


def test_the_reference_has_a_row_for_every_key() -> None:
    page = as_markdown(SCHEMA)
    for key in KEYS:
        assert f"| `{key.partition('.')[2]}` |" in page


def test_what_must_be_given_is_marked() -> None:
    page = as_markdown(SCHEMA)
    assert "| `region` | text | required |" in page
    assert "| `backup_days` | integer | `7` |" in page
