"""A value changed in a text: the value and nothing else, whatever the text looks like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.language.editing import with_value
from stage3c.language.source import plain, read

PATH = ("services", "web", "tag")


def edited(text: str, value: str = "v2", path: tuple[str, ...] = PATH) -> str | None:
    done = with_value(text.encode(), "spec.yaml", path, value)
    return None if done is None else done.decode()


def meaning(data: bytes) -> Any:
    document, faults = read(data, "spec.yaml", of_any_tool=True)
    assert document is not None, faults
    return plain(document.root)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("services:\n  web:\n    tag: v1 # old\n", "services:\n  web:\n    tag: v2 # old\n"),
        ("services: {web: {tag: v1}}\n", "services: {web: {tag: v2}}\n"),
        ('services: {web: {"tag":"v1"}}', 'services: {web: {"tag":"v2"}}'),
        ("services: {web: {tag: 'v1'}}", "services: {web: {tag: 'v2'}}"),
        ("services:\r\n  web:\r\n    tag:   v1\r\n", "services:\r\n  web:\r\n    tag:   v2\r\n"),
        ("\ufeffservices: {web: {tag: v1}}", "\ufeffservices: {web: {tag: v2}}"),
        ("# \U0001f600\nservices: {é: {tag: v1}, web: {tag: v1}}", "# \U0001f600\nservices: {é: {tag: v1}, web: {tag: v2}}"),
        ("services:\n  web:\n    tag:\n    port: 1\n", "services:\n  web:\n    tag: v2\n    port: 1\n"),
        ("services:\n  web:\n    tag: ~\n", "services:\n  web:\n    tag: v2\n"),
        ("services:\n  web:\n    build: a # b\n    port: 1\n", "services:\n  web:\n    build: a # b\n    tag: v2\n    port: 1\n"),
        ("services:\n  web:\n    build: a", "services:\n  web:\n    build: a\n    tag: v2"),
        ("services: {web: {port: 1, build: a}}", "services: {web: {port: 1, build: a, tag: v2}}"),
        ("services: {web: {}}", "services: {web: {tag: v2}}"),
        ("services:\n  web:\n", "services:\n  web: {tag: v2}\n"),
        ("services:\n  api: {tag: v1}\n", "services:\n  web: {tag: v2}\n  api: {tag: v1}\n"),
        ("a: 1\n", "a: 1\nservices: {web: {tag: v2}}\n"),
        ("a: {x: &t v1}\nservices: {web: {tag: *t}}", "a: {x: &t v1}\nservices: {web: {tag: v2}}"),
        (
            "services:\n  api: &api {build: a, tag: v1}\n  web: {<<: *api, port: 2}\n",
            "services:\n  api: &api {build: a, tag: v1}\n  web: {<<: *api, port: 2, tag: v2}\n",
        ),
    ],
)  # fmt: skip
def test_the_value_is_set_where_it_belongs(before: str, after: str) -> None:
    assert edited(before) == after


@pytest.mark.parametrize("value", ["2024", "1.10", "true", "0x1F", "1e3", "null"])
def test_a_value_that_would_not_be_a_text_gets_quotes(value: str) -> None:
    assert edited("services: {web: {tag: v1}}", value) == f'services: {{web: {{tag: "{value}"}}}}'


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: &w {tag: v1}, api: *w}",  # one mapping for two services
        "services: {web: {tag: v1}",
        "- a list",
        "a: 1\n---\nb: 2\n",
    ],
)
def test_what_cannot_be_changed_alone_is_left(text: str) -> None:
    assert edited(text) is None


KEYS = st.sampled_from(["api", "web", "worker", "cron"])
VALUES = st.sampled_from(
    ["v1", "'v1'", '"v1"', '"v\\u0031"', "1", "~", "a b", "'it''s'", "{x: 1}", "[a, b]", "|\n        x\n"]
)
COMMENTS = st.sampled_from(["", "  # tag: v1", " # ü\u2028", "\n\n      # }"])
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A spec-like text: services in blocks or braces, in any order, with comments, blank lines and anchors."""
    lines = [draw(st.sampled_from(["a: 1", "# nothing", "x: &v v1", "tags: {a: b}"]))]
    environment = draw(st.booleans())
    lines += ["environments:", "  prod:"] if environment else []
    pad = "    " if environment else ""
    lines.append(f"{pad}services:")
    for service in draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)):
        keys = draw(st.lists(st.sampled_from(["build", "tag", "port", "image", "cpu"]), min_size=1, unique=True))
        pairs = [(key, draw(VALUES)) for key in keys]
        if draw(st.booleans()) and not any("\n" in value for _, value in pairs):
            inner = ", ".join(f"{key}: {value}" for key, value in pairs)
            lines.append(f"{pad}  {service}: {{{inner}}}{draw(COMMENTS)}")
        else:
            lines.append(f"{pad}  {service}:{draw(COMMENTS)}")
            lines += [f"{pad}    {key}: {value}" for key, value in pairs]
    return draw(st.sampled_from(["", "\ufeff"])) + draw(BREAKS).join("\n".join(lines).split("\n"))


@given(documents(), KEYS, st.sampled_from(["v2", "2024", "1.2.3", "ctx-0a"]), st.booleans())
def test_an_edit_changes_one_stretch_of_bytes_and_the_one_value(text: str, key: str, value: str, deep: bool) -> None:  # noqa: FBT001 - a draw
    data = text.encode()
    document, _ = read(data, "spec.yaml", of_any_tool=True)
    if document is None:
        return
    path = (*(("environments", "prod") if deep else ()), "services", key, "tag")
    done = with_value(data, "spec.yaml", path, value)
    old = plain(document.root)
    if done is None:
        return
    wanted, inner = old, old
    for part in path[:-1]:
        inner[part] = inner[part] if isinstance(inner.get(part), dict) else {}
        inner = inner[part]
    before = inner.get("tag")
    inner["tag"] = value
    assert meaning(done) == wanted
    head = next((n for n, (a, b) in enumerate(zip(data, done, strict=False)) if a != b), min(len(data), len(done)))
    rest = min(len(data), len(done)) - head
    tail = next((n for n in range(rest) if data[-1 - n] != done[-1 - n]), rest)
    lost = data[head : len(data) - tail].decode("utf-8", "replace")
    if before is None or not isinstance(before, dict | list):
        assert len(lost) <= len(str(before or "~")) + 12, "more than the value went away"
        assert not set(lost) & set("#,\n\r{"), "something beside the value went away"


@given(st.sampled_from(["block", "flow"]), st.sampled_from(["v1", "'v1'", '"v1"']), st.booleans())
def test_a_plain_value_can_always_be_changed(form: str, value: str, crlf: bool) -> None:  # noqa: FBT001 - a draw
    text = (
        f"services:\n  web:\n    build: a\n    tag: {value}  # c\n"
        if form == "block"
        else f"services: {{web: {{build: a, tag: {value}}}}}\n"
    )
    text = text.replace("\n", "\r\n") if crlf else text
    assert edited(text) == text.replace("v1", "v2")
