"""The value of an expression, as far as it is known without asking AWS: literals, references, lists, and unknowns.

Owns the walk over expressions and nothing of modules. Every walk is bounded, in depth and in steps.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from stage3c.graph import Expr, Json, Ref, Text
from stage3c.readers.functions import call
from stage3c.readers.json_texts import json_parts
from stage3c.readers.local_files import OF_FILES, path_of, template_scope
from stage3c.readers.loose_functions import LOOSE
from stage3c.readers.nodes import (
    Attribute,
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
from stage3c.readers.reading import TEXT_MAX_CHARS
from stage3c.readers.results import (
    DEPTH_MAX,
    FAILED,
    Instance,
    Namespace,
    Result,
    Scope,
    TooLarge,
    Whole,
    is_failed,
    is_never_empty,
    is_sure,
    joined,
    known,
    pairs,
    settled,
    unknown,
)
from stage3c.readers.scalars import Failed, NotKnown, bounded, equal, to_bool, to_number, to_text

_REFUSALS: Final = (NotKnown, ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)
"""What operators and functions raise over operands that Terraform refuses, or that we do not know."""


def evaluate(node: Node, scope: Scope) -> Result:
    """The value of an expression."""
    scope.frame.spend()
    if scope.depth > DEPTH_MAX:
        raise TooLarge
    inner = Scope(scope.frame, scope.names, scope.depth + 1)
    return _WALKS[type(node)](node, inner)


def _literal(node: Literal, scope: Scope) -> Result:  # noqa: ARG001 - as every walk
    return unknown() if isinstance(node.value, str) and len(node.value) > TEXT_MAX_CHARS else node.value


def _template(node: Template, scope: Scope) -> Result:
    parts: list[str | Ref | Expr] = []
    for part in node.parts:
        value = settled(evaluate(part, scope)) if not isinstance(part, str) else part
        if isinstance(value, Text):
            parts.extend(value.parts)
        elif isinstance(value, Ref | Expr):
            parts.append(value)
        elif isinstance(value, Json):
            parts.extend(json_parts(value.value))
        else:
            try:
                parts.append(to_text(value))
            except NotKnown:  # null, a list or a map
                return FAILED
    return FAILED if FAILED in parts else joined(parts)


def _name(node: Name, scope: Scope) -> Result:
    return scope.names[node.name] if node.name in scope.names else scope.frame.root(node.name)


def _attribute(node: Attribute, scope: Scope) -> Result:
    return member(evaluate(node.base, scope), node.name, scope)


_UNKNOWNS: Final = (Expr, Ref, Text, Json, Whole, list)  # anything else has no members at all


def member(base: Result, name: str, scope: Scope) -> Result:
    """`base.name`."""
    match base:
        case Namespace(member=find):
            return find(name)
        case Instance(address=address, outputs=outputs):
            return outputs(name) if outputs else Ref(address, name)
        case Whole(keys=(None,), instance=instance):
            return member(instance(None), name, scope)
        case Ref(address=address, attribute=attribute) if attribute:
            return Ref(address, f"{attribute}.{name}")
        case dict():
            return base.get(name, FAILED)
        case _:
            return FAILED if base == FAILED or not isinstance(base, _UNKNOWNS) else unknown(base)


def _index(node: Index, scope: Scope) -> Result:
    return item(evaluate(node.base, scope), evaluate(node.key, scope), scope)


def item(base: Result, key: Result, scope: Scope) -> Result:
    """`base[key]`."""
    if FAILED in (base, key):
        return FAILED
    try:
        plain = known(key, scope.frame)
    except NotKnown:
        return _some(base, key)
    if not isinstance(plain, str | int | float):
        return FAILED
    match base:
        case Whole():
            found = _instance(base, plain)
        case list():
            place = to_text(plain)
            found = base[int(place)] if place.isdigit() and int(place) < len(base) else FAILED
        case dict():
            found = base.get(to_text(plain), FAILED)
        case Ref(address=address, attribute=attribute) if attribute:
            written = f'"{plain}"' if isinstance(plain, str) else to_text(plain)
            found = Ref(address, f"{attribute}[{written}]")
        case Namespace():
            found = member(base, str(plain), scope)
        case _:
            found = unknown(base)
    return found


def _instance(whole: Whole, key: Result) -> Result:
    """An instance by its key; where it is not known which there are, the resource itself stands for any."""
    if whole.keys is None:
        return whole.instance(None)
    found = next((each for each in whole.keys if each is not None and str(each) == str(key)), None)
    return FAILED if found is None else whole.instance(found)


def _some(base: Result, key: Result) -> Result:
    """A member of which it is not known which: the only one, or any."""
    if isinstance(base, Whole) and base.keys is None:
        return base.instance(None)
    return unknown(base, key)


def _splat(node: Splat, scope: Scope) -> Result:
    base = evaluate(node.base, scope)
    members = list(_each(base))
    if isinstance(base, Whole) and base.keys is None:
        return unknown(base)
    if isinstance(base, Ref | Expr | Text):
        return FAILED if base == FAILED else unknown(base)
    found = members if isinstance(base, list | Whole) else [] if base is None else [base]
    return [evaluate(node.each, scope.having({"*": each})) for each in found]


def _each(value: Result) -> Iterator[Result]:
    match value:
        case Whole(keys=keys, instance=instance):
            yield from (instance(key) for key in keys or ())
        case list():
            yield from value


def _tuple(node: Tuple, scope: Scope) -> Result:
    return [evaluate(each, scope) for each in node.members]


def _object(node: Object, scope: Scope) -> Result:
    found = {}
    for key_node, value in node.members:
        try:
            key = to_text(known(evaluate(key_node, scope), scope.frame))
        except NotKnown:
            return unknown(*(evaluate(inner, scope) for _, inner in node.members))
        found[key] = evaluate(value, scope)
    return found


def _for(node: For, scope: Scope) -> Result:
    over = evaluate(node.over, scope)
    members = pairs(over)
    if members is None:
        return unknown(over)
    found_list: list[Result] = []
    found_map: dict[str, Result] = {}
    for key, value in members:
        names = dict(zip(node.names, (key, value) if len(node.names) > 1 else (value,), strict=False))
        inside = scope.having(names)
        try:
            if node.condition is not None and not _truth(evaluate(node.condition, inside), scope):
                continue
            if node.key is None:
                found_list.append(evaluate(node.value, inside))
                continue
            name = to_text(known(evaluate(node.key, inside), scope.frame))
        except NotKnown:
            return unknown(over, evaluate(node.value, inside))
        if name in found_map and not node.grouped:
            return FAILED
        made = evaluate(node.value, inside)
        found_map[name] = [*found_map.get(name, []), made] if node.grouped else made
    return found_list if node.key is None else found_map


def _truth(value: Result, scope: Scope) -> bool:
    return to_bool(known(value, scope.frame))


def _operation(node: Operation, scope: Scope) -> Result:
    if node.operator == "?":
        return _conditional(node, scope)
    values = [evaluate(operand, scope) for operand in node.operands]
    if FAILED in values:
        return FAILED if node.operator not in ("&&", "||") else unknown()
    if node.operator in ("==", "!=") and None in values and _is_present(*values):
        return node.operator == "!="
    try:
        if node.operator in ("&&", "||"):
            return _logical(node.operator, values, scope)
        return _OPERATORS[node.operator, len(values)](*(known(value, scope.frame) for value in values))
    except _REFUSALS:
        return unknown(*values)


def _is_present(one: Result, other: Result) -> bool:
    """Tell whether what is compared with null is certain to be something."""
    value = one if other is None else other
    return is_never_empty(value) or not (value is None or isinstance(value, Expr | Ref))


def _logical(operator: str, values: Sequence[Result], scope: Scope) -> bool:
    """One side may decide whatever the other is."""
    decides = operator == "||"
    hidden = False
    for value in values:
        try:
            if _truth(value, scope) is decides:
                return decides
        except NotKnown:
            hidden = True
    if hidden:
        raise NotKnown
    return not decides


def _conditional(node: Operation, scope: Scope) -> Result:
    condition, yes, no = node.operands
    decided = evaluate(condition, scope)
    try:
        return evaluate(yes if _truth(decided, scope) else no, scope)
    except NotKnown:
        one, other = evaluate(yes, scope), evaluate(no, scope)
        return one if settled(one) == settled(other) else unknown(decided, one, other)


def _exact(value: Any) -> Decimal:
    """Terraform reckons in decimals: 0.1 + 0.2 is 0.3."""
    return Decimal(str(to_number(value)))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_OPERATORS: Final[Mapping[tuple[str, int], Callable[..., Any]]] = {
    ("!", 1): lambda a: not to_bool(a),
    ("-", 1): lambda a: -to_number(a),
    ("==", 2): equal,
    ("!=", 2): lambda a, b: not equal(a, b),
    ("<", 2): lambda a, b: to_number(a) < to_number(b),
    (">", 2): lambda a, b: to_number(a) > to_number(b),
    ("<=", 2): lambda a, b: to_number(a) <= to_number(b),
    (">=", 2): lambda a, b: to_number(a) >= to_number(b),
    ("+", 2): lambda a, b: _plain(_exact(a) + _exact(b)),
    ("-", 2): lambda a, b: _plain(_exact(a) - _exact(b)),
    ("*", 2): lambda a, b: _plain(_exact(a) * _exact(b)),
    ("/", 2): lambda a, b: _plain(_exact(a) / _exact(b)),
    ("%", 2): lambda a, b: _plain(_exact(a) % _exact(b)),
}


def _call(node: Call, scope: Scope) -> Result:
    if node.name in ("try", "can"):
        return _try(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if FAILED in arguments or (node.spread and not isinstance(arguments[-1], list)):
        return FAILED if FAILED in arguments else unknown(*arguments)
    if node.spread:
        arguments += arguments.pop()
    try:
        return _outcome(node.name, arguments, scope)
    except Failed:
        return FAILED
    except _REFUSALS:
        return unknown(*arguments)


def _outcome(name: str, arguments: Sequence[Result], scope: Scope) -> Result:
    if name == "templatefile":
        return _template_file(scope, *arguments)
    if name in OF_FILES:
        return bounded(OF_FILES[name](scope, *arguments))
    if name in LOOSE:
        return LOOSE[name](scope, *arguments)
    return call(name, [known(argument, scope.frame) for argument in arguments])


def _template_file(scope: Scope, path: Result, variables: Result) -> Result:
    inside = template_scope(scope, variables)
    return evaluate(scope.frame.template(path_of(scope, path)), inside)


def _try(node: Call, scope: Scope) -> Result:
    """The first argument that is no error; one that is not known might be one, so that nothing after it is certain."""
    values = [evaluate(argument, scope) for argument in node.arguments]
    if node.name == "can":
        value = values[0] if values else None
        return False if is_failed(value) else True if is_sure(value, scope.frame) else unknown(value)
    left = [value for value in values if not is_failed(value)]
    if len(left) < 2 or is_sure(left[0], scope.frame) or _is_optional(left, scope):  # noqa: PLR2004 - no choice
        return left[0] if left else FAILED
    return unknown(*left)


def _is_optional(values: Sequence[Result], scope: Scope) -> bool:
    """A member of an attribute of a resource, or else nothing: then the reference is all that there may be."""
    first, *others = values
    return isinstance(first, Ref) and scope.frame.exists(Ref(first.address)) and all(v in (None, "") for v in others)


_WALKS: Final[Mapping[type, Callable[[Any, Scope], Result]]] = {
    Literal: _literal,
    Template: _template,
    Name: _name,
    Attribute: _attribute,
    Index: _index,
    Splat: _splat,
    Call: _call,
    Operation: _operation,
    Tuple: _tuple,
    Object: _object,
    For: _for,
}
