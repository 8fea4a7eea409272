"""Terraform's syntax: blocks, attributes and expressions, each with its place, as python-hcl2's grammar sees them.

Owns the only use of hcl2. Its parse tree becomes a small tree of our own, so that evaluation knows no grammar.
"""

import itertools
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from stage3c.diagnostics import Span
from stage3c.readers.line_breaks import joined
from stage3c.readers.nodes import (
    Attribute,
    Block,
    Body,
    Call,
    For,
    Index,
    Literal,
    Name,
    Node,
    Object,
    Operation,
    Splat,
    Tuple,
)
from stage3c.readers.templates import SyntaxFault, template, unescaped, whole

_TRAVERSAL: Final = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+)\}")


def parse_hcl(text: str, file: str) -> Body:
    """Parse a file; raises `SyntaxFault`."""
    try:
        tree = _tree(text)
    except SyntaxFault as fault:
        whole_lines = joined(text)
        if whole_lines == text:
            raise
        try:
            tree = _tree(whole_lines)
        except SyntaxFault:
            raise fault from None
    try:
        return _body(tree.children[0], file)
    except RecursionError:
        raise SyntaxFault("the file is nested too deeply") from None


def parse_expression(text: str) -> Node:
    """Parse an expression that stands inside a template; raises `SyntaxFault`."""
    tree = _tree(f"x = (\n{text}\n)")
    try:
        body = _body(tree.children[0], "")
    except RecursionError:
        raise SyntaxFault("the file is nested too deeply") from None
    if set(body.attributes) != {"x"}:  # a block can only stand between two
        raise SyntaxFault("it is no single expression")
    return body.attributes["x"]


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Node:
    """Parse a text in which `${…}` stands for an expression; raises `SyntaxFault`."""
    plain = _TRAVERSAL.fullmatch(text)
    if plain:
        first, *rest = plain[1].split(".")
        node: Node = Name(first)
        for name in rest:
            node = Attribute(node, name)
        return node
    return template(text, parse_expression)


def _tree(text: str) -> Any:
    from hcl2 import parses_to_tree  # noqa: PLC0415 - slow to import, and only readers need it
    from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415 - likewise

    try:
        tree: Any = parses_to_tree(text)
        for string in tree.find_data("string") if "%{" in text else ():
            string.source = text[string.meta.start_pos : string.meta.end_pos]
    except UnexpectedInput as error:
        known = str(error.line).isdigit()
        line = error.line if known else text.count("\n") + 1
        raise SyntaxFault("the syntax is not valid", line, error.column if known else 1) from None
    except (LarkError, RecursionError, ValueError, TypeError) as error:
        raise SyntaxFault(f"the file cannot be parsed ({type(error).__name__})") from None
    return tree


def _body(tree: Any, file: str) -> Body:
    attributes: dict[str, Node] = {}
    spans: dict[str, Span] = {}
    blocks: list[Block] = []
    for child in tree.children:
        if child.data == "attribute":
            name = _word(child.children[0])
            if name in attributes:
                line, column = child.meta.line, child.meta.column
                raise SyntaxFault(f'"{name}" is already set on line {spans[name].line}', line, column)
            attributes[name] = _node(child.children[2])
            spans[name] = _span(child, file, len(name))
        elif child.data == "block":
            blocks.append(_block(child, file))
    return Body(attributes, spans, tuple(blocks))


def _block(tree: Any, file: str) -> Block:
    words = [child for child in tree.children if getattr(child, "data", "") in _WORDS]
    body = next(child for child in tree.children if getattr(child, "data", "") == "body")
    kind, *labels = [_word(word) for word in words]
    return Block(kind, tuple(labels), _body(body, file), _span(tree, file, len(kind)))


_WORDS: Final = ("identifier", "keyword", "literal_value", "string")


def _word(tree: Any) -> str:
    if tree.data == "string":
        node = _string(tree)
        return str(node.value) if isinstance(node, Literal) else ""
    return str(tree.children[0])


def _span(tree: Any, file: str, width: int) -> Span:
    line, column = tree.meta.line, tree.meta.column
    return Span(file, line, column, line, column + width)


def _node(tree: Any) -> Node:
    """One expression of lark's tree; what stands between its parts is passed over."""
    made: Node = _MAKERS[tree.data](tree)
    return made


def _parts(tree: Any) -> list[Any]:
    """The members of a rule that are rules themselves, without comments."""
    return [child for child in tree.children if hasattr(child, "data") and child.data != "new_line_or_comment"]


def _string(tree: Any) -> Node:
    parts: list[str | Node] = []
    for part in _parts(tree):
        child = part.children[0]
        if not hasattr(child, "data"):
            text = str(child)
            parts.append(text[1:] if text.startswith(("$${", "%%{")) else unescaped(text))
        elif child.data == "interpolation":
            parts.append(_node(_parts(child)[0]))
        else:  # a directive
            return template(tree.source[1:-1], parse_expression, escaped=True)
    return whole(parts)


def _heredoc(tree: Any) -> Node:
    lines = str(tree.children[0]).splitlines()
    body = lines[1:-1]
    if tree.data == "heredoc_template_trim":
        depth = min((len(line) - len(line.lstrip()) for line in body if line.strip()), default=0)
        body = [line[depth:] for line in body]
    return parse_template("".join(f"{line}\n" for line in body))


def _conditional(tree: Any) -> Node:
    return Operation("?", tuple(_node(part) for part in _parts(tree)))


def _binary(tree: Any) -> Node:
    left, term = _parts(tree)
    operator, right = _parts(term)
    return Operation(str(operator.children[0]), (_node(left), _node(right)))


def _unary(tree: Any) -> Node:
    return Operation(str(tree.children[0]), (_node(_parts(tree)[0]),))


def _term(tree: Any) -> Node:
    return _node(_parts(tree)[0])


def _number(tree: Any) -> Node:
    text = str(tree.children[0])
    return Literal(int(text) if text.lstrip("-").isdigit() and len(text) < 400 else float(text))  # noqa: PLR2004 - bounded


def _get(tree: Any) -> Node:
    base, step = _parts(tree)
    return _stepped(_node(base), [step])


def _splat(tree: Any) -> Node:
    """What follows `[*]` is taken on each member; after `.*`, only names are, and a key is one of the outcome's."""
    base, splat = _parts(tree)
    steps = _parts(splat)
    names = (
        list(itertools.takewhile(lambda step: step.data == "get_attr", steps)) if splat.data == "attr_splat" else steps
    )
    return _stepped(Splat(_node(base), _stepped(Name("*"), names)), steps[len(names) :])


def _stepped(node: Node, steps: Sequence[Any]) -> Node:
    for step in steps:
        if step.data == "get_attr":
            node = Attribute(node, _word(_parts(step)[0]))
        elif step.data == "short_index":
            node = Index(node, Literal(int(str(step.children[-1]))))
        else:
            node = Index(node, _node(_parts(step)[0]))
    return node


def _tuple(tree: Any) -> Node:
    return Tuple(tuple(_node(part) for part in _parts(tree)))


def _object(tree: Any) -> Node:
    members = []
    for element in _parts(tree):
        key, value = _parts(element)
        inner = key.children[0]
        words = _parts(inner) if inner.data == "expr_term" else []
        bare = len(words) == 1 and words[0].data in ("identifier", "literal_value") and inner.children[0] is words[0]
        name: Node = (
            Literal(_word(words[0])) if bare else Literal(_word(inner)) if inner.data == "keyword" else _node(inner)
        )
        members.append((name, _node(value)))
    return Object(tuple(members))


def _call(tree: Any) -> Node:
    parts = _parts(tree)
    names = [_word(part) for part in parts if part.data == "identifier"]
    arguments = next((part for part in parts if part.data == "arguments"), None)
    given = _parts(arguments) if arguments is not None else []
    spread = arguments is not None and "..." in arguments.children
    return Call("::".join(names), tuple(_node(part) for part in given), spread)


def _for(tree: Any) -> Node:
    intro, *rest = _parts(tree)
    inner = _parts(intro)
    names = tuple(_word(part) for part in inner if part.data == "identifier")
    condition = next((_node(_parts(part)[0]) for part in rest if part.data == "for_cond"), None)
    results = [_node(part) for part in rest if part.data != "for_cond"]
    key = results[0] if tree.data == "for_object_expr" else None
    return For(names, _node(inner[-1]), key, results[-1], condition, "..." in tree.children)


_MAKERS: Final[dict[str, Any]] = {
    "conditional": _conditional,
    "binary_op": _binary,
    "unary_op": _unary,
    "expr_term": _term,
    "int_lit": _number,
    "float_lit": _number,
    "string": _string,
    "tuple": _tuple,
    "object": _object,
    "identifier": lambda tree: Name(str(tree.children[0])),
    "keyword": lambda tree: Name(str(tree.children[0])),
    "literal_value": lambda tree: Literal({"true": True, "false": False}.get(str(tree.children[0]))),
    "function_call": _call,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "index_expr_term": _get,
    "get_attr_expr_term": _get,
    "attr_splat_expr_term": _splat,
    "full_splat_expr_term": _splat,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
}


def literal_json(value: Any) -> Node:
    """A JSON value as an expression: texts are templates, and stay as they are where they hold none."""
    match value:
        case str():
            return parse_template(value) if "${" in value or "%{" in value else Literal(value)
        case dict():
            return Object(
                tuple((Literal(str(key)), literal_json(inner)) for key, inner in value.items() if key != "//")
            )
        case list():
            return Tuple(tuple(literal_json(inner) for inner in value))
        case _:
            return Literal(value)


def json_text(data: str) -> Any:
    """Decode a JSON file; raises `SyntaxFault`."""
    try:
        return json.loads(data, object_pairs_hook=_merged)
    except json.JSONDecodeError as error:
        raise SyntaxFault(error.msg, error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise SyntaxFault("the file is not valid JSON") from None


def _merged(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a key that is there twice, as Terraform allows for blocks, has a list of both.

    It refuses an argument that is there twice. A block of null is none, and comments have the key `//`.
    """
    found: dict[str, Any] = {}
    for key, value in members:
        earlier = found.get(key)
        if isinstance(value, dict | list) and isinstance(earlier, dict | list):
            found[key] = [*_listed(earlier), *_listed(value)]
        elif None not in (earlier, value) and key != "//":
            raise SyntaxFault(f'"{key}" is set twice in one object')
        elif earlier is None or value is not None:
            found[key] = value
    return found


def _listed(value: dict[str, Any] | list[Any]) -> list[Any]:
    return value if isinstance(value, list) else [value]
