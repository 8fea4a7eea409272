"""Texts with `${…}` and `%{…}` in them as expressions: a directive becomes a conditional, or a join over a for expression.

Owns the splitting of templates; what stands in the braces is parsed by the function that the caller hands in.
https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates (2026-11-24)
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct, field

from stage3c.readers.nodes import Call, For, Literal, Node, Operation, Template

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_MARK: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE: Final = re.compile(r'\\.|\$\$\{|%%\{|["{}]', re.DOTALL)
_DIRECTIVE: Final = re.compile(r"(if|else|endif|for|endfor)\b\s*(.*)", re.DOTALL)
_LOOP: Final = re.compile(r"([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\b(.*)", re.DOTALL)
_OPENS: Final = {"if", "for"}


class SyntaxFault(Exception):  # noqa: N818 - a fault of the user's, not an error of ours
    """A text that is no Terraform: what is wrong, and where."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        """Lines and columns count from 1."""
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


class _Open(Struct):
    """A directive that waits for its end, with the parts after it, and those before its else."""

    kind: str = ""
    rest: str = ""
    parts: list[str | Node] = field(default_factory=list)
    before_else: list[str | Node] | None = None


def template(text: str, expression: Callable[[str], Node], *, escaped: bool = False) -> Node:
    r"""The expression that a template is; `escaped` where `\n` is a line break. Raises `SyntaxFault`."""
    opened = [_Open()]
    for kind, inner in _pieces(text, escaped=escaped):
        here = opened[-1]
        if kind == "text":
            here.parts += [inner] if inner else []
        elif kind == "${":
            here.parts.append(expression(inner))
        else:
            _direct(opened, inner, expression)
    if len(opened) > 1:
        raise SyntaxFault(f"the template directive {opened[-1].kind} is not closed")
    return whole(opened[0].parts)


def whole(parts: list[str | Node]) -> Node:
    """The parts of a text as one expression."""
    if all(isinstance(part, str) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)))
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], str) else Template(tuple(parts))


def _direct(opened: list[_Open], inner: str, expression: Callable[[str], Node]) -> None:
    found = _DIRECTIVE.fullmatch(inner)
    word = found[1] if found else ""
    here = opened[-1]
    if found and word in _OPENS:
        opened.append(_Open(word, found[2]))
    elif word == "else" and here.kind == "if" and here.before_else is None:
        here.before_else, here.parts = here.parts, []
    elif word == f"end{here.kind}" and here.kind:
        opened.pop()
        opened[-1].parts.append(_conditional(here, expression) if word == "endif" else _loop(here, expression))
    else:
        raise SyntaxFault("a template directive is not valid or was not opened")


def _conditional(ended: _Open, expression: Callable[[str], Node]) -> Node:
    yes, no = (ended.parts, []) if ended.before_else is None else (ended.before_else, ended.parts)
    return Operation("?", (expression(ended.rest), whole([*yes, ""]), whole([*no, ""])))


def _loop(ended: _Open, expression: Callable[[str], Node]) -> Node:
    found = _LOOP.fullmatch(ended.rest)
    if found is None:
        raise SyntaxFault("the template directive for has no collection")
    names = tuple(name for name in found.groups()[:2] if name)
    return Call("join", (Literal(""), For(names, expression(found[3]), None, whole([*ended.parts, ""]), None)))


def _pieces(text: str, *, escaped: bool) -> Iterator[tuple[str, str]]:
    """Literal texts, and what stands in `${…}` and `%{…}`; `~` takes blanks of its line away, and the line's end."""
    position, literal, strip = 0, "", False
    while mark := _MARK.search(text, position):
        literal += text[position : mark.start()]
        if len(mark[0]) == 3:  # noqa: PLR2004 - an escape: $${ or %%{
            literal, position = literal + mark[0][1:], mark.end()
            continue
        end = closing(text, mark.end())
        inner = text[mark.end() : end]
        yield "text", _literal(literal, escaped=escaped, left=strip, right=inner.startswith("~"))
        literal, position, strip = "", end + 1, inner.endswith("~")
        yield mark[0], inner.strip("~").strip()
    yield "text", _literal(literal + text[position:], escaped=escaped, left=strip, right=False)


def _literal(text: str, *, escaped: bool, left: bool, right: bool) -> str:
    text = unescaped(text) if escaped else text
    if escaped:  # one line of the file
        text = text.lstrip() if left else text
        return text.rstrip() if right else text
    text = re.sub(r"\A[^\S\n]*\n?", "", text) if left else text
    blanks = text[len(text.rstrip()) :] if right else ""
    return text[: len(text) - len(blanks.rpartition("\n")[2])]


def closing(text: str, start: int) -> int:
    """Where the brace closes that was opened before `start`; texts inside may hold braces of their own."""
    depth, quoted = 0, [False]
    for found in _INSIDE.finditer(text, start):
        match found[0]:
            case '"':
                quoted[-1] = not quoted[-1]
            case "{" if not quoted[-1] or text[found.start() - 1] in "$%":  # inside a text, only of an expression
                depth += 1
                quoted.append(False)
            case "}" if not quoted[-1]:
                if depth == 0:
                    return found.start()
                depth -= 1
                quoted.pop()
    raise SyntaxFault("an interpolation ${ is not closed")


def unescaped(text: str) -> str:
    r"""A text with `\n`, `\"` and the like replaced by what they stand for."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "uU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's last
    return _ESCAPES.get(code, code)
