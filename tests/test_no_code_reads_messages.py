"""A message is for people: no code selects, filters or branches on the words of one."""

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "compiler" / "stage3c").rglob("*.py"))
WORDED = {"cause", "detail", "fix", "message", "says", "summary", "text", "title", "what", "why"}
"""Fields and keys that hold sentences."""
NAMES = WORDED - {"text", "title", "what", "detail"}
"""Variables that hold them; the others are used for anything."""
READERS = {
    "count", "endswith", "find", "findall", "fullmatch", "index", "match", "partition", "removeprefix", "removesuffix",
    "rfind", "rpartition", "rsplit", "search", "split", "splitlines", "startswith",
}  # fmt: skip
UNCHANGED = {"casefold", "lower", "lstrip", "rstrip", "strip", "upper"}


def is_message(node: ast.AST) -> bool:
    """Tell whether an expression is a message by its name, or the text of an exception."""
    match node:
        case ast.Attribute(attr=name):
            return name in WORDED
        case ast.Name(id=name):
            return name in NAMES
        case (
            ast.Subscript(slice=ast.Constant(value=key))
            | ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=key), *_])
        ):
            return key in WORDED
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[ast.Name(id=name)]):
            return name in {"error", "exception", "finding", "hop", "problem", "reason"}
        case ast.Call(func=ast.Attribute(value=inner, attr=method)):
            return method in UNCHANGED and is_message(inner)
        case _:
            return False


def reads_a_message(node: ast.AST) -> bool:
    """Tell whether a node looks into a message; whether there is one at all, or it was shown before, may be asked."""
    match node:
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]) if name.islower():
            return False
        case ast.Compare(left=left, comparators=others):
            rest = [side for side in (left, *others) if not is_message(side)]
            blank = bool(rest) and all(isinstance(side, ast.Constant) and side.value in (None, "") for side in rest)
            return len(rest) <= len(others) and not blank
        case ast.Call(func=ast.Attribute(value=value, attr=method), args=arguments):
            return method in READERS and any(is_message(each) for each in (value, *arguments))
        case ast.Match(subject=subject):
            return is_message(subject)
        case _:
            return False


def readings(source: str) -> Iterator[int]:
    """The lines on which a message is read."""
    yield from (
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.expr | ast.stmt) and reads_a_message(node)
    )


def test_no_code_looks_into_a_message() -> None:
    """Decide by a field such as `reason`, not by the words of a message."""
    read = {path: [*readings(path.read_text(encoding="utf-8"))] for path in MODULES}
    assert {path: lines for path, lines in read.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        'if "does not admit egress" in hop.text: pass',
        'kept = [f for f in found if f.cause.startswith("x")]',
        'if "denied" in str(error).lower(): pass',
        'if row["cause"] == "no answer": pass',
        'if row.get("why") not in ("a", "b"): pass',
        'match finding.cause:\n case "x": pass',
        'import re\nre.search("egress", finding.fix)',
        'words = finding.cause.split(": ")',
        "if why != NOT_ALLOWED: pass",
        "if cause in KNOWN_CAUSES: pass",
    ],
)
def test_such_code_is_found(source: str) -> None:
    assert list(readings(source))


@pytest.mark.parametrize(
    "source",
    [
        "if hop.reason is Reason.GROUPS: pass",
        "if step.cause: pass",
        "if step.fix and step.fix not in said: pass",
        "if finding.cause is None: pass",
        'line = f"{finding.cause} {finding.fix}"',
        'if text.startswith("#"): pass',
    ],
)
def test_other_code_is_not(source: str) -> None:
    assert not list(readings(source))
