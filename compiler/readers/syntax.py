"""Terraform's syntax: blocks, attributes and expressions, each with its place, as python-hcl2's grammar sees them.

Owns the only use of hcl2. Its parse tree becomes a small tree of our own, so that evaluation knows no grammar; templates,
which JSON files and heredocs have too, are split here.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from compiler.diagnostics import Span
from compiler.readers.nodes import (
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
    Template,
    Tuple,
)

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_TRAVERSAL: Final = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+)\}")
_MARK: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE: Final = re.compile(r'"(?:[^"\\$]|\\.|\$(?!\{))*"|"|\{|\}', re.DOTALL)


class SyntaxFault(Exception):  # noqa: N818 - a fault of the user's, not an error of ours
    """A text that is no Terraform: what is wrong, and where."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        """Lines and columns count from 1."""
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


def parse_hcl(text: str, file: str) -> Body:
    """Parse a file; raises `SyntaxFault`."""
    tree = _tree(text)
    try:
        return _body(tree.children[0], file)
    except RecursionError:
        raise SyntaxFault("it is nested too deeply") from None


def parse_expression(text: str) -> Node:
    """Parse an expression that stands inside a template; raises `SyntaxFault`."""
    tree = _tree(f"x = (\n{text}\n)")
    try:
        body = _body(tree.children[0], "")
    except RecursionError:
        raise SyntaxFault("it is nested too deeply") from None
    if set(body.attributes) != {"x"} or body.blocks:
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
    parts = tuple(_template_parts(text))
    if all(isinstance(part, str) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)))
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], str | None) else Template(parts)


def _template_parts(text: str) -> Iterator[str | Node | None]:
    position, literal = 0, ""
    while mark := _MARK.search(text, position):
        literal += text[position : mark.start()]
        if len(mark[0]) == 3:  # noqa: PLR2004 - an escape: $${ or %%{
            literal, position = literal + mark[0][1:], mark.end()
            continue
        end = _closing(text, mark.end())
        if literal:
            yield literal
        literal, position = "", end + 1
        inner = text[mark.end() : end].strip().strip("~")
        yield None if mark[0] == "%{" else parse_expression(inner)
    literal += text[position:]
    if literal:
        yield literal


def _closing(text: str, start: int) -> int:
    """Where the brace closes that was opened before `start`; texts inside may hold braces of their own."""
    depth, quoted = 0, [False]
    for found in _INSIDE.finditer(text, start):
        match found[0]:
            case '"':
                quoted[-1] = not quoted[-1]
            case "{" if not quoted[-1] or text[found.start() - 1] in "$%":
                depth += 1
                quoted.append(False)
            case "}" if not quoted[-1]:
                if depth == 0:
                    return found.start()
                depth -= 1
                quoted.pop()
    raise SyntaxFault("an expression is not closed")


def _tree(text: str) -> Any:
    from hcl2 import parses_to_tree  # noqa: PLC0415 - slow to import, and only readers need it
    from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415 - likewise

    try:
        return parses_to_tree(text)
    except UnexpectedInput as error:
        known = str(error.line).isdigit() and error.line > 0
        line = error.line if known else text.count("\n") + 1
        raise SyntaxFault("this is not Terraform's syntax", line, error.column if known else 1) from None
    except (LarkError, RecursionError, ValueError, TypeError) as error:
        raise SyntaxFault(f"it cannot be parsed ({type(error).__name__})") from None


def _body(tree: Any, file: str) -> Body:
    attributes: dict[str, Node] = {}
    spans: dict[str, Span] = {}
    blocks: list[Block] = []
    for child in tree.children:
        if child.data == "attribute":
            name = _word(child.children[0])
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
    parts: list[str | Node | None] = []
    for part in _parts(tree):
        child = part.children[0]
        if hasattr(child, "data"):
            parts.append(_node(_parts(child)[0]) if child.data == "interpolation" else None)
        else:
            text = str(child)
            parts.append(text[1:] if text.startswith(("$${", "%%{")) else _unescaped(text))
    if all(isinstance(part, str) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)))
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], str | None) else Template(tuple(parts))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "uU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's last
    return _ESCAPES.get(code, code)


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
    base, splat = _parts(tree)
    return Splat(_node(base), _stepped(Name("*"), _parts(splat)))


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
    spread = arguments is not None and any(
        str(child) == "..." for child in arguments.children if not hasattr(child, "data")
    )
    return Call("::".join(names), tuple(_node(part) for part in given), spread)


def _for(tree: Any) -> Node:
    intro, *rest = _parts(tree)
    inner = _parts(intro)
    names = tuple(_word(part) for part in inner if part.data == "identifier")
    condition = next((_node(_parts(part)[0]) for part in rest if part.data == "for_cond"), None)
    results = [_node(part) for part in rest if part.data != "for_cond"]
    key = results[0] if tree.data == "for_object_expr" else None
    grouped = any(str(child) == "..." for child in tree.children if not hasattr(child, "data"))
    return For(names, _node(inner[-1]), key, results[-1], condition, grouped)


def _opaque(tree: Any) -> Node:  # noqa: ARG001 - a template's quoted string, which we do not follow
    return Template((None,))


_MAKERS: Final[dict[str, Any]] = {
    "conditional": _conditional,
    "binary_op": _binary,
    "unary_op": _unary,
    "expr_term": _term,
    "int_lit": _number,
    "float_lit": _number,
    "string": _string,
    "template_string": _opaque,
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
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise SyntaxFault(error.msg, error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise SyntaxFault("it cannot be decoded") from None
