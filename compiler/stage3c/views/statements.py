"""Policies of a graph as statements: JSON texts, jsonencode, `aws_iam_policy_document`, and AWS's own managed ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from stage3c.aws.facts import load
from stage3c.graph import Expr, Graph, Ref, Resource, Value, blocks, document, items
from stage3c.views.arns import written

Condition = tuple[str, str, tuple[str, ...] | None]
"""Operator, key and values; values None: not known."""


class Statement(NamedTuple):
    """One statement of a policy; a list of None is not known, an absent one is empty."""

    allows: bool
    actions: tuple[str, ...] | None = ()
    resources: tuple[str, ...] | None = ()
    not_actions: tuple[str, ...] | None = ()
    not_resources: tuple[str, ...] | None = ()
    principals: tuple[str, ...] | None = ()  # "Service:ecs-tasks.amazonaws.com", "AWS:arn…", "*"
    conditions: tuple[Condition, ...] = ()
    sid: str = ""
    origin: str = ""  # the address of the policy that it stands in


Statements = tuple[Statement, ...] | None
"""None where a policy is not known."""
_IN_JSON: Final = ("Effect", "Sid", "Action", "Resource", "NotAction", "NotResource")
_IN_BLOCKS: Final = ("effect", "sid", "actions", "resources", "not_actions", "not_resources")


def statements_in(graph: Graph, resource: Resource, argument: str = "policy") -> Statements:
    """The statements of the policy in an argument of a resource; parsed once a graph."""
    known, key = graph.derived(_parsed), (resource.address, argument)
    if key not in known:
        known[key] = statements_of(graph, resource.attributes.get(argument), resource.address)
    return known[key]


def _parsed(_: Graph) -> dict[tuple[str, str], Statements]:
    return {}


def statements_of(graph: Graph, value: Value, origin: str) -> Statements:
    """The statements of a policy argument; `origin` is the address that grants them."""
    target = graph.target(value)
    if (
        target is not None
        and target.type == "aws_iam_policy_document"
        and isinstance(value, Ref)
        and value.attribute == "json"
    ):
        return _of_document(graph, target, origin)
    decoded = document(value)
    if not isinstance(decoded, Mapping):
        return None
    listed = blocks(decoded.get("Statement"))
    complete = len(listed) == len(items(decoded.get("Statement"))) and _have_effects(listed, "Effect")
    return tuple(_of_json(graph, statement, origin) for statement in listed) if complete else None


def _have_effects(listed: Sequence[Mapping[str, Value]], key: str) -> bool:
    """Tell whether it is known of every statement whether it allows or denies."""
    return all(isinstance(each.get(key, ""), str) for each in listed)


@cache
def managed(arn: str) -> Statements:
    """The statements of one of AWS's managed policies, by its ARN; None where we do not have it."""
    facts = load("iam_managed_policies")
    name = arn.rpartition("/")[2]
    found = facts["documents"].get(name)
    if found is None or ":iam::aws:policy/" not in arn:
        return None
    return tuple(_of_json(Graph({}), statement, arn) for statement in found["Statement"])


def _of_json(graph: Graph, statement: Mapping[str, Value], origin: str) -> Statement:
    principals, conditions = _principals(graph, statement), _conditions(graph, statement.get("Condition"))
    return _statement(graph, statement, _IN_JSON, principals, conditions, origin)


def _statement(
    graph: Graph,
    written: Mapping[str, Value],
    keys: Sequence[str],
    principals: tuple[str, ...] | None,
    conditions: Iterable[Condition],
    origin: str,
) -> Statement:
    effect, sid, *lists = (written.get(key) for key in keys)
    actions, resources, others, elsewhere = (_texts(graph, value) for value in lists)
    name = sid if isinstance(sid, str) else ""
    found = tuple(conditions)
    return Statement(effect == "Allow", actions, resources, others, elsewhere, principals, found, name, origin)


def _texts(graph: Graph, value: Value) -> tuple[str, ...] | None:
    """The members of a list as texts with holes, or None where one of them is not known."""
    if isinstance(value, Expr):
        return None
    found = [written(graph, member) for member in items(value)]
    return None if None in found else tuple(str(text) for text in found)


def _principals(graph: Graph, statement: Mapping[str, Value]) -> tuple[str, ...] | None:
    if "NotPrincipal" in statement:
        return None
    principal = statement.get("Principal")
    if principal is None or principal == "*":
        return ("*",) if principal else ()
    if not isinstance(principal, Mapping):
        return None
    found: list[str] = []
    for kind, names in principal.items():
        texts = _texts(graph, names)
        if texts is None:
            return None
        found += ["*" if text == "*" else f"{kind}:{text}" for text in texts]
    return tuple(found)


def _conditions(graph: Graph, value: Value) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        yield "", "", None
        return
    for operator, keys in value.items():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            yield operator, key, _texts(graph, values)
        if not isinstance(keys, Mapping):
            yield operator, "", None


def _of_document(graph: Graph, data: Resource, origin: str) -> Statements:
    """A data source's statements, its sources' first; whatever overrides by Sid is not followed."""
    attributes = data.attributes
    found: list[Statement] = []
    for key in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
        for source in items(attributes.get(key)):
            inner = statements_of(graph, source, origin)
            if inner is None:
                return None
            found += inner
    written_blocks = attributes.get("statement", ())
    if isinstance(written_blocks, Expr) or not isinstance(written_blocks, Mapping | Sequence):
        return None
    if not _have_effects(blocks(written_blocks), "effect"):
        return None
    found += [_of_block(graph, block, origin) for block in blocks(written_blocks)]
    return tuple(found)


def _of_block(graph: Graph, block: Mapping[str, Value], origin: str) -> Statement:
    principals, conditions = _principals_of_block(graph, block), _conditions_of_block(graph, block)
    return _statement(graph, {"effect": "Allow", **block}, _IN_BLOCKS, principals, conditions, origin)


def _principals_of_block(graph: Graph, block: Mapping[str, Value]) -> tuple[str, ...] | None:
    if block.get("not_principals") is not None:
        return None
    found: list[str] = []
    for principal in blocks(block.get("principals")):
        texts = _texts(graph, principal.get("identifiers"))
        if texts is None:
            return None
        kind = principal.get("type")
        found += ["*" if "*" in (kind, text) else f"{kind}:{text}" for text in texts]
    return tuple(found)


def _conditions_of_block(graph: Graph, block: Mapping[str, Value]) -> Iterator[Condition]:
    for condition in blocks(block.get("condition")):
        operator, key = condition.get("test"), condition.get("variable")
        yield str(operator), str(key), _texts(graph, condition.get("values"))
