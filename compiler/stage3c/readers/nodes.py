"""Terraform's expressions and blocks as a small tree: what the parser makes and the evaluator walks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stage3c.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, boolean or null."""

    value: str | float | None


@dataclass(frozen=True, slots=True)
class Template:
    """Text with expressions in it."""

    parts: tuple["str | Node", ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A root of a traversal: var, local, aws_vpc, each, or the variable of a for expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`base.name`."""

    base: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`base[key]`."""

    base: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True)
class Splat:
    """`base[*].a.b` or `base.*.a`: the steps are taken on each member, written on the name `*`."""

    base: "Node"
    each: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments…)`; `spread` where the last one is followed by dots."""

    name: str
    arguments: tuple["Node", ...]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with one, two, or (for `?`) three operands."""

    operator: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[a, b]`."""

    members: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Object:
    """`{a = b}`."""

    members: tuple[tuple["Node", "Node"], ...]


@dataclass(frozen=True, slots=True)
class For:
    """`[for …]`, or with a key `{for …}`; `grouped` where values of one key are collected."""

    names: tuple[str, ...]
    over: "Node"
    key: "Node | None"
    value: "Node"
    condition: "Node | None"
    grouped: bool = False


Node: TypeAlias = Literal | Template | Name | Attribute | Index | Splat | Call | Operation | Tuple | Object | For


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its labels: `resource "aws_vpc" "main" {…}`."""

    kind: str
    labels: tuple[str, ...]
    body: "Body"
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a block, or in a whole file."""

    attributes: Mapping[str, Node]
    spans: Mapping[str, Span]
    blocks: tuple[Block, ...]
