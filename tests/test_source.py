from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.language.source import MAX_BYTES, MapNode, overlay, plain, read


def value_of(text: str) -> Any:
    document, problems = read(text.encode(), "spec.yaml")
    assert not problems
    assert document is not None
    return plain(document.root)


def refusal(data: bytes) -> tuple[str, int, int]:
    document, problems = read(data, "spec.yaml")
    assert document is None
    assert len(problems) == 1
    return problems[0].code, problems[0].span.line, problems[0].span.column


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("", None),
        ("12:30:00", "12:30:00"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("1e3", 1000.0),
        ("15.13", 15.13),
        ('"15.13"', "15.13"),
        ("9" * 40, "9" * 40),
        ("2025-01-01", "2025-01-01"),
        ("!!str 5", "5"),
        (".inf", ".inf"),
    ],
)
def test_a_plain_value_has_the_type_that_yaml_1_2_gives_it(written: str, meant: object) -> None:
    assert value_of(f"key: {written}") == {"key": meant}


def test_a_merge_key_adds_what_the_mapping_does_not_say_itself() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc:\n  <<: [*a, {z: 4}]\n"
    assert value_of(text) == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2, "z": 4}}


def test_keys_are_always_text() -> None:
    assert value_of("1: a\ntrue: b\n") == {"1": "a", "true": "b"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("SPEC004", 1, 1)),
        (b"# nothing\n", ("SPEC004", 1, 1)),
        (b"- a\n", ("SPEC004", 1, 1)),
        (b"just text", ("SPEC004", 1, 1)),
        (b"a: [", ("SPEC001", 1, 5)),
        (b"a: 'x", ("SPEC001", 1, 1)),
        (b"a:\t- b", ("SPEC001", 1, 4)),
        (b"a: 1\nb: 2\na: 3\n", ("SPEC009", 3, 1)),
        (b"a: \xff", ("SPEC003", 1, 1)),
        ("a: é".encode("utf-16"), ("SPEC003", 1, 1)),
        (b"a: *b", ("SPEC008", 1, 4)),
        (b"a: &a [*a]", ("SPEC008", 1, 8)),
        (b"a: {<<: 3}", ("SPEC008", 1, 5)),
        (b"? [a]\n: 1", ("SPEC007", 1, 3)),
        (b"a: !!python/object:os.system x", ("SPEC010", 1, 4)),
        (b"a: 1\n---\nb: 2", ("SPEC005", 2, 1)),
        (b"a: " + b"[" * 70, ("SPEC006", 1, 67)),
        (b"a: " + b"x" * MAX_BYTES, ("SPEC002", 1, 1)),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_spec_is_refused_at_its_place(data: bytes, expected: tuple[str, int, int]) -> None:
    assert refusal(data) == expected


@pytest.mark.parametrize("bracket", [b"[", b"{"])
def test_brackets_without_end_are_refused_whichever_limit_is_met_first(bracket: bytes) -> None:
    """Newer versions of libyaml have a limit of their own, met before the first of its events is told."""
    assert refusal(bracket * 100_000)[0] in {"SPEC006", "SPEC007"}


def test_aliases_that_explode_are_refused_before_they_do() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert refusal("\n".join(lines).encode())[0] == "SPEC002"


def test_all_duplicate_keys_are_told_at_once() -> None:
    _, problems = read(b"a: 1\na: 2\nb: {c: 1, c: 2}\n", "spec.yaml")
    assert [(p.span.line, p.span.column) for p in problems] == [(2, 1), (3, 11)]


def test_a_value_knows_its_place_and_a_missing_one_the_place_around_it() -> None:
    document, _ = read("a:\n  b: [x, yy]\n  é: z\n".encode(), "spec.yaml")
    assert document is not None
    assert (document.span(("a", "b", 1)).line, document.span(("a", "b", 1)).column) == (2, 10)
    assert document.span(("a", "é")).column == 6
    assert document.span(("a", "missing")) == document.span(("a",))
    assert document.span(("a", "b"), key=True).column == 3


def test_an_overlay_merges_mappings_replaces_the_rest_and_takes_away_what_is_null() -> None:
    base, _ = read(b"a: {x: 1, y: [1, 2]}\nb: 1\n", "base.yaml")
    over, _ = read(b"a: {y: [3], z: 4}\nb: null\nc: null\n", "over.yaml")
    assert base is not None
    assert over is not None
    merged = overlay(base.root, over.root)
    assert plain(merged) == {"a": {"x": 1, "y": [3], "z": 4}}
    assert isinstance(merged, MapNode)
    assert merged.key_spans["a"].file == "over.yaml"


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    document, problems = read(data, "spec.yaml")
    assert (document is None) == bool(problems)


@given(st.text(alphabet="ab:-[]{}&*<!\n \"'|>#,?%", max_size=60))
def test_no_text_made_of_yamls_own_signs_raises(text: str) -> None:
    document, problems = read(text.encode(), "spec.yaml")
    assert (document is None) == bool(problems)
