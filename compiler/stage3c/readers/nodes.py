"""Terraform's expressions and blocks as a small tree: what the parser makes and the evaluator walks."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from stage3c.diagnostics import Span


class Literal(Struct, frozen=True):
    """A text, number, boolean or null."""

    value: str | float | None


class Template(Struct, frozen=True):
    """Text with expressions in it."""

    parts: tuple["str | Node", ...]


class Name(Struct, frozen=True):
    """A root of a traversal: var, local, aws_vpc, each, or the variable of a for expression."""

    name: str


class Attribute(Struct, frozen=True):
    """`base.name`."""

    base: "Node"
    name: str


class Index(Struct, frozen=True):
    """`base[key]`."""

    base: "Node"
    key: "Node"


class Splat(Struct, frozen=True):
    """`base[*].a.b` or `base.*.a`: the steps are taken on each member, written on the name `*`."""

    base: "Node"
    each: "Node"


class Call(Struct, frozen=True):
    """`name(arguments…)`; `spread` where the last one is followed by dots."""

    name: str
    arguments: tuple["Node", ...]
    spread: bool = False


class Operation(Struct, frozen=True):
    """An operator with one, two, or (for `?`) three operands."""

    operator: str
    operands: tuple["Node", ...]


class Tuple(Struct, frozen=True):
    """`[a, b]`."""

    members: tuple["Node", ...]


class Object(Struct, frozen=True):
    """`{a = b}`."""

    members: tuple[tuple["Node", "Node"], ...]


class For(Struct, frozen=True):
    """`[for …]`, or with a key `{for …}`; `grouped` where values of one key are collected."""

    names: tuple[str, ...]
    over: "Node"
    key: "Node | None"
    value: "Node"
    condition: "Node | None"
    grouped: bool = False


Node: TypeAlias = Literal | Template | Name | Attribute | Index | Splat | Call | Operation | Tuple | Object | For


class Block(Struct, frozen=True):
    """A block with its labels: `resource "aws_vpc" "main" {…}`."""

    kind: str
    labels: tuple[str, ...]
    body: "Body"
    span: Span


class Body(Struct, frozen=True):
    """What stands in a block, or in a whole file."""

    attributes: Mapping[str, Node]
    spans: Mapping[str, Span]
    blocks: tuple[Block, ...]
