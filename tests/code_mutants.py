"""Every small break of a module's source: one operator, constant, condition or statement at a time."""

import ast
import copy
from collections.abc import Iterator

from msgspec import Struct

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_Break = tuple[ast.expr | ast.stmt, str, str, object]
_KEYS = (ast.Compare, ast.Set, ast.Dict, ast.Subscript, ast.MatchValue)
"""Where a text decides something; anywhere else it may be for people."""


class CodeMutant(Struct, frozen=True):
    """A module with one break in it; the number is its place among all breaks of the module."""

    number: int
    line: int
    what: str
    tree: ast.Module


def code_mutants(source: str) -> Iterator[CodeMutant]:
    """Every break of a module, in the order of its nodes."""
    count = sum(1 for _ in _breaks(ast.parse(source)))
    for number in range(count):
        yield code_mutant(source, number)


def count_of(source: str) -> int:
    """How many breaks a module has."""
    return sum(1 for _ in _breaks(ast.parse(source)))


def code_mutant(source: str, number: int) -> CodeMutant:
    """One break of a module."""
    tree = ast.parse(source)
    for at, (node, what, field, value) in enumerate(_breaks(tree)):
        if at == number:
            line, before = node.lineno, ast.unparse(node)
            name, _, index = field.partition(":")
            if index:
                getattr(node, name)[int(index)] = value
            else:
                setattr(node, name, value)
            after = ast.unparse(node)
            ast.fix_missing_locations(tree)
            return CodeMutant(number, line, f"{what}: {_short(before)} => {_short(after)}", tree)
    raise IndexError(number)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else f"{line[:107]}..."


def _breaks(tree: ast.Module) -> Iterator[_Break]:
    """Node, what is done to it, and the field (`name` or `name:index`) with its new value; the tree stays as it is."""
    skipped = _not_code(tree)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        match node:
            case ast.Compare(ops=ops, left=ast.expr()):
                for index, operator in enumerate(ops):
                    yield node, "comparison", f"ops:{index}", _COMPARED[type(operator)]()
            case ast.BoolOp(op=connective, values=values):
                other = ast.Or() if isinstance(connective, ast.And) else ast.And()
                yield node, "connective", "op", other
                for index in range(len(values)):
                    yield node, "operand dropped", "values", _without(values, index)
            case ast.BinOp(op=operation) if type(operation) in _COUNTED and not _is_text(node):
                yield node, "operator", "op", _COUNTED[type(operation)]()
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield node, "returns None", "value", ast.Constant(None)
            case ast.If(test=test) | ast.IfExp(test=test):
                yield node, "condition negated", "test", _negated(test)
        yield from _smaller_breaks(node)


def _smaller_breaks(node: ast.AST) -> Iterator[_Break]:
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for index, generator in enumerate(node.generators):
                for test in range(len(generator.ifs)):
                    changed = copy.copy(generator)
                    changed.ifs = [each for at, each in enumerate(generator.ifs) if at != test]
                    yield node, "filter dropped", f"generators:{index}", changed
        case ast.AugAssign(op=ast.Add() | ast.BitOr() as operation, value=value) if not isinstance(value, ast.Constant):
            yield node, "addition dropped", "value", _nothing_of(operation, value)
        case ast.Constant(value=bool() as value):
            yield node, "constant", "value", not value
        case ast.Constant(value=int() as value):
            yield node, "constant", "value", value + 1
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield node, "yield dropped", "value", ast.Tuple([], ast.Load())
    yield from _other_texts(node)


def _other_texts(node: ast.AST) -> Iterator[_Break]:
    if isinstance(node, _KEYS):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and child.value:
                yield child, "text", "value", f"{child.value}?"


def _without(values: list[ast.expr], index: int) -> list[ast.expr]:
    """The other operands; a single one stands twice, since `a and a` is `a`."""
    others = [value for at, value in enumerate(values) if at != index]
    return others * 2 if len(others) == 1 else others


def _nothing_of(operation: ast.operator, value: ast.expr) -> ast.expr:
    """What adds nothing: an empty set or mapping to such, otherwise no member of it."""
    if isinstance(operation, ast.BitOr):
        return ast.Call(ast.Call(ast.Name("type", ast.Load()), [value], []), [], [])
    return ast.Subscript(
        ast.Call(ast.Name("list", ast.Load()), [value], []), ast.Slice(upper=ast.Constant(0)), ast.Load()
    )


def _negated(test: ast.expr) -> ast.expr:
    return (
        test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else ast.UnaryOp(ast.Not(), test)
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and isinstance(each.value, str))
        for each in (node.left, node.right)
    )


def _not_code(tree: ast.Module) -> set[ast.AST]:
    """Annotations, decorators, and the options of classes."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        aside: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            aside = [
                node.returns,
                *node.decorator_list,
                *(arg.annotation for arg in node.args.args + node.args.kwonlyargs),
            ]
        elif isinstance(node, ast.AnnAssign):
            aside = [node.annotation]
        elif isinstance(node, ast.ClassDef):
            aside = [keyword.value for keyword in node.keywords]  # frozen, order: nothing that is decided
        for each in aside:
            found |= set(ast.walk(each)) if each is not None else set()
    return found
