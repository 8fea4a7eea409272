"""Every value that the spec language allows at a place can be judged: what its patterns and bounds let in, no rule trips over."""

import copy
import os
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.language.json_schema import spec_schema
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT, SPECS

SCHEMA = spec_schema()
SPEC_FILES = [ROOT / "tests" / "live" / "everything.yaml", *SPECS]
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["", "-", "1-", "a" * 300, "0x10", "²", "٣", "1e400"]))


def schemas_at(schema: dict[str, Any], path: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """The schemas of what may stand at a path."""
    if "$ref" in schema:
        yield from schemas_at(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
        return
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from schemas_at(branch, path)
    if not path:
        yield schema
        return
    first, rest = path[0], path[1:]
    inner = schema.get("items") if isinstance(first, int) else schema.get("properties", {}).get(first)
    inner = inner if inner is not None or isinstance(first, int) else schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from schemas_at(inner, rest)
    for pattern_of_keys in schema.get("patternProperties", {}).values() if isinstance(first, str) else ():
        yield from schemas_at(pattern_of_keys, rest)


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[Any] | None:  # noqa: PLR0911 - one case a type
    """Values that a schema allows, as far as it is one of a plain value."""
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "string" if "pattern" in schema:
            allowed = st.from_regex(schema["pattern"], fullmatch=True)
            return allowed.filter(lambda text: len(text) <= schema.get("maxLength", 10_000))
        case "string":
            return TEXTS
        case "integer":
            return st.integers(schema.get("minimum", -(10**15)), schema.get("maximum", 10**15))
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"))
        case "boolean":
            return st.booleans()
        case _:
            return None


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where plain values stand in a spec."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))
    else:
        yield path


PLACES = [
    (number, path, options)
    for number, file in enumerate(SPEC_FILES)
    for path in places(yaml.safe_load(file.read_text(encoding="utf-8")))
    if (options := [each for schema in schemas_at(SCHEMA, path) if (each := values_of(schema)) is not None])
]
LOADED = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in SPEC_FILES]


def test_the_places_are_found() -> None:
    assert len(PLACES) > 300
    assert any(path[-1] == "status" for _, path, _ in PLACES)


@settings(
    max_examples=int(os.environ.get("STAGE3C_EXAMPLES", "120")), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_no_value_that_the_language_allows_raises(data: st.DataObject) -> None:
    number, path, _ = data.draw(st.sampled_from(PLACES))
    mine = [(where, options) for n, where, options in PLACES if n == number]
    spec = copy.deepcopy(LOADED[number])
    chosen = [next(each for each in mine if each[0] == path), *data.draw(st.lists(st.sampled_from(mine), max_size=2))]
    for where, options in chosen:
        home = spec
        for part in where[:-1]:
            home = home[part]
        home[where[-1]] = data.draw(st.one_of(options))
    compile_spec(yaml.safe_dump(spec, allow_unicode=True).encode("utf-8", "surrogatepass"), "spec.yaml")
