"""The breaks that `tests.code_mutation` makes: each is one small change, and none is the source as it was."""

import ast
import sys
from types import ModuleType

import pytest

from tests.code_mutants import code_mutant, count_of
from tests.code_mutation import put_in
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a == b", {"a != b"}),
        ("a in b", {"a not in b"}),
        ("x = a and b", {"x = a or b", "x = b and b", "x = a and a"}),
        ("x = a + b", {"x = a - b"}),
        ("x = f'{a}' + b", set()),
        ("x = a or b or c", {"x = a and b and c", "x = b or c", "x = a or c", "x = a or b"}),
        ("x += b", {"x += list(b)[:0]"}),
        ("x |= b", {"x |= type(b)()"}),
        ("x = 1", {"x = 2"}),
        ("x = True", {"x = False"}),
        ("x = 'for people'", set()),
        ("x = {'key'}", {"x = {'key?'}"}),
        ("x = [a for a in b if c]", {"x = [a for a in b]"}),
        ("x = a if b else c", {"x = a if not b else c"}),
        ("x: Final[int | None] = y", set()),
        ("class A(B, frozen=True):\n    pass", set()),
        ("def f(a: int | None) -> int | None:\n    return a", {"def f(a: int | None) -> int | None:\n    return None"}),
        ("def f():\n    yield a", {"def f():\n    ()"}),
        ("def f():\n    return None", set()),
    ],
)
def test_each_break_is_one_small_change(source: str, expected: set[str]) -> None:
    assert {ast.unparse(code_mutant(source, number).tree) for number in range(count_of(source))} == expected


@pytest.mark.parametrize("module", ["reach/filters.py", "policy/evaluator.py", "readers/evaluate.py"])
def test_every_break_of_a_module_compiles_and_differs(module: str) -> None:
    source = (ROOT / "compiler" / "stage3c" / module).read_text(encoding="utf-8")
    whole = ast.unparse(ast.parse(source))
    for number in range(0, count_of(source), 7):
        mutant = code_mutant(source, number)
        assert ast.unparse(mutant.tree) != whole, mutant.what
        compile(mutant.tree, module, "exec")
        assert mutant.line > 0
    with pytest.raises(IndexError):
        code_mutant(source, count_of(source))


def test_a_break_is_put_in_wherever_the_module_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, user = ModuleType("broken"), ModuleType("user")
    monkeypatch.setitem(sys.modules, "broken", broken)
    monkeypatch.setitem(sys.modules, "user", user)
    broken.__file__ = "broken.py"
    source = "TABLE = {1: 2}\n_OWN = 3\ndef made():\n    return TABLE[1] + _OWN\n"
    exec(source, vars(broken))  # noqa: S102 - our own source
    exec("from broken import TABLE, made\n_OWN = 3\n", vars(user))  # noqa: S102 - likewise
    put_in(broken, ast.parse(source.replace("+", "*").replace("2", "5")))
    assert (vars(user)["TABLE"], vars(user)["made"](), vars(user)["_OWN"]) == ({1: 5}, 15, 3)


STRUCTS = """
from msgspec import Struct
class Size(Struct, frozen=True):
    width: int = 3
    name: str = "a"
    def area(self):
        return self.width * 2
"""


@pytest.mark.parametrize(
    ("old", "new", "found", "is_same", "are_forgotten"),
    [
        (
            "width: int = 3",
            "width: int = 4",
            (4, 8),
            False,
            True,
        ),  # nothing can change the default of a class that is there
        ("* 2", "+ 2", (3, 5), True, False),
        ('"a"', '"b"', (3, 6), False, True),
    ],
)
def test_a_struct_with_another_default_takes_the_place_of_the_old_one(
    old: str,
    new: str,
    found: tuple[int, int],
    is_same: bool,  # noqa: FBT001 - a row of the table
    are_forgotten: bool,  # noqa: FBT001 - likewise
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, user = ModuleType("broken"), ModuleType("user")
    modules = {**sys.modules, "broken": broken, "user": user, "tests.made_of_it": ModuleType("tests.made_of_it")}
    monkeypatch.setattr(sys, "modules", modules)
    broken.__file__ = "broken.py"
    exec(STRUCTS, vars(broken))  # noqa: S102 - our own source
    vars(user)["Size"] = before = vars(broken)["Size"]
    put_in(broken, ast.parse(STRUCTS.replace(old, new)))
    size = vars(user)["Size"]()
    assert (size.width, size.area()) == found
    assert vars(user)["Size"] is vars(broken)["Size"]
    assert (vars(user)["Size"] is before, "tests.made_of_it" not in modules) == (is_same, are_forgotten)
