"""Values as the type of a variable wants them: members with defaults of their own, numbers as texts, and the like."""

from typing import Final

from stage3c.graph import Expr, Ref, Text
from stage3c.readers.evaluate import evaluate
from stage3c.readers.functions import call
from stage3c.readers.nodes import Call, Literal, Name, Node, Object, Tuple
from stage3c.readers.results import Result, Scope
from stage3c.readers.scalars import NotKnown, SetOf
from stage3c.readers.syntax import parse_expression
from stage3c.readers.templates import SyntaxFault

_PRIMITIVE: Final = {"string": "tostring", "number": "tonumber", "bool": "tobool"}
_COLLECTIONS: Final = {"list", "set", "map"}


def converted(value: Result, kind: Node | None, scope: Scope) -> Result:
    """Convert as Terraform does; what does not fit stays as it is, since Terraform itself refuses it."""
    if value is None or isinstance(value, Expr | Ref | Text):
        return value
    match kind:
        case Name(name=name) if name in _PRIMITIVE and isinstance(value, str | int | float):
            return _primitive(value, name)
        case Call(name="object", arguments=(Object() as members,)) if isinstance(value, dict):
            return _object(value, members, scope)
        case Call(name="tuple", arguments=(Tuple(members=kinds),)) if isinstance(value, list):
            return [converted(member, inner, scope) for member, inner in zip(value, kinds, strict=False)]
        case Call(name=name, arguments=(inner,)) if name in _COLLECTIONS:
            found = _collection(value, inner, scope)
            return _distinct(found) if name == "set" and isinstance(found, list) else found
        case _:
            return value


def type_in_json(written: Literal) -> Node | None:
    """A type in a JSON file, which is a text: `"list(string)"`."""
    try:
        return parse_expression(str(written.value))
    except SyntaxFault:
        return None


def _primitive(value: Result, name: str) -> Result:
    try:
        return call(_PRIMITIVE[name], [value])
    except NotKnown:
        return value


def _collection(value: Result, inner: Node, scope: Scope) -> Result:
    if isinstance(value, list):
        return [converted(member, inner, scope) for member in value]
    if isinstance(value, dict):
        return {key: converted(member, inner, scope) for key, member in value.items()}
    return value


def _distinct(members: list[Result]) -> Result:
    """A set has each member once; one that is not known may be equal to any."""
    try:
        return (
            call("toset", [members]) if all(isinstance(each, str | int | float) for each in members) else SetOf(members)
        )
    except NotKnown:
        return SetOf(members)


def _object(value: dict[str, Result], members: Object, scope: Scope) -> Result:
    found: dict[str, Result] = {}
    for key, kind in members.members:
        name = str(key.value) if isinstance(key, Literal) else ""
        given, inner = value.get(name), kind
        if isinstance(kind, Call) and kind.name == "optional" and kind.arguments:
            inner = kind.arguments[0]
            if given is None and len(kind.arguments) > 1:
                given = evaluate(kind.arguments[1], scope)
        found[name] = converted(given, inner, scope)
    return found
