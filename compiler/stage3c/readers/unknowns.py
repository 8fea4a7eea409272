"""What is known only after apply, as the references that it is made of.

An unknown value becomes a reference where only one thing can stand there, and else an expression that names what it may be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct

from stage3c.graph import UNKNOWN, Expr, Ref, Value, refs_in
from stage3c.readers.aliases import names_of
from stage3c.readers.instances import is_secret
from stage3c.readers.references import Configuration, Scope, Trace

_BALANCERS: Final = (*names_of("aws_lb"), "aws_elb")
_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_TABLES: Final = ("aws_route_table", "aws_default_route_table")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "allocation_id": ("aws_eip",),
    "certificate_arn": ("aws_acm_certificate", "aws_acm_certificate_validation", "aws_iam_server_certificate"),
    "cluster": ("aws_ecs_cluster",),
    "db_subnet_group_name": ("aws_db_subnet_group",),
    "execution_role_arn": ("aws_iam_role",),
    "gateway_id": ("aws_internet_gateway", "aws_vpn_gateway"),
    "listener_arn": names_of("aws_lb_listener"),
    "load_balancer_arn": _BALANCERS,
    "nat_gateway_id": ("aws_nat_gateway",),
    "network_acl_id": ("aws_network_acl", "aws_default_network_acl"),
    "policy_arn": ("aws_iam_policy",),
    "referenced_security_group_id": _GROUPS,
    "role": ("aws_iam_role",),
    "role_arn": ("aws_iam_role",),
    "route_table_id": _TABLES,
    "route_table_ids": _TABLES,
    "secret_id": ("aws_secretsmanager_secret",),
    "security_group_id": _GROUPS,
    "security_group_ids": _GROUPS,
    "security_groups": _GROUPS,
    "source_security_group_id": _GROUPS,
    "subnet_id": ("aws_subnet", "aws_default_subnet"),
    "subnet_ids": ("aws_subnet", "aws_default_subnet"),
    "subnets": ("aws_subnet", "aws_default_subnet"),
    "target_group.arn": names_of("aws_lb_target_group"),
    "target_group_arn": names_of("aws_lb_target_group"),
    "task_definition": ("aws_ecs_task_definition",),
    "task_role_arn": ("aws_iam_role",),
    "vpc_endpoint_id": ("aws_vpc_endpoint",),
    "vpc_id": ("aws_vpc", "aws_default_vpc"),
    "vpc_security_group_ids": _GROUPS,
}
"""What may stand in an argument, by its name, or by that of its block as well."""
_COMPOSED: Final = frozenset(
    {
        "assume_role_policy",
        "container_definitions",
        "description",
        "event_pattern",
        "input",
        "name",
        "policy",
        "resource_id",
        "secret_string",
        "user_data",
        "value",
    }
)
"""Arguments whose text is put together, so that a reference in it is not all of it."""
_DOCUMENTS: Final = frozenset({"assume_role_policy", "container_definitions", "policy"})
_WHOLE: Final = ("dns_name", "json")
"""Attributes that are all of a text where they alone are referred to."""
_PLURALS: Final = ("actions", "arns", "blocks", "fqdns", "groups", "ids", "records", "subnets")
_CHOICE: Final = "var"
"""A reference to something known: it may pick among the others."""


_Mask: TypeAlias = Any
"""True for what is unknown, in the shape of the value."""
_Written: TypeAlias = Any
"""Expressions by argument, as the configuration has them."""


class Filler(Struct, frozen=True):
    """Fills the unknown arguments of one instance."""

    configuration: Configuration
    scope: Scope
    by_kind: Callable[[tuple[str, ...]], tuple[Ref, ...]]
    """All resources of some kinds, for what can be traced to nothing."""

    def filled(self, values: Mapping[str, Value], mask: _Mask, written: _Written, within: str = "") -> dict[str, Value]:
        """The values with those that the mask calls unknown; `written` is what the configuration has, None: not known."""
        found = {key: self._known(key, value, written) for key, value in values.items()}
        for key, hidden in (mask if isinstance(mask, dict) else {}).items():
            source = written.get(key) if isinstance(written, dict) else None
            if source is None and isinstance(written, dict) and not _has_blocks(hidden):
                continue  # nobody wrote it: AWS will set it
            if hidden is True:
                found[key] = self._value(f"{within}.{key}" if f"{within}.{key}" in _KINDS else key, source)
            elif isinstance(hidden, list) and _any(hidden):
                found[key] = self._members(key, found.get(key), hidden, source)
            elif isinstance(hidden, dict) and _any(hidden.values()):
                inner = found.get(key)
                found[key] = self.filled(inner if isinstance(inner, dict) else {}, hidden, source)
        return found

    def _known(self, key: str, value: Value, written: Any) -> Value:  # noqa: ANN401 - JSON is anything
        """A text as the reference that it was written as, where that is certain."""
        source = written.get(key) if isinstance(written, dict) else None
        if not isinstance(value, str) or not isinstance(source, dict) or key in _DOCUMENTS:
            return value
        refs = self._trace(key, source).refs
        owner = self.configuration.instances.get(refs[0].address) if len(refs) == 1 else None
        return refs[0] if owner is not None and owner.values.get(refs[0].attribute) == value else value

    def uncertain(self, written: Mapping[str, Any]) -> dict[str, Value]:
        """What the configuration says of a block that was not planned."""
        return {key: self._written(key, source, 0) for key, source in written.items()}

    def _written(self, key: str, source: Any, depth: int) -> Value:  # noqa: ANN401 - JSON is anything
        if isinstance(source, dict) and "constant_value" in source:
            constant: Value = source["constant_value"]
            return UNKNOWN if is_secret(key, constant) else constant
        if isinstance(source, list) and depth < 20:  # noqa: PLR2004 - deeper than any schema
            blocks = (block for block in source if isinstance(block, dict))
            return [{name: self._written(name, inner, depth + 1) for name, inner in block.items()} for block in blocks]
        trace = self._trace(key, source)
        return Expr("not known", trace.refs)

    def _members(self, key: str, values: Value, mask: Sequence[Any], source: Any) -> Value:  # noqa: ANN401
        if any(hidden is True for hidden in mask):
            whole = self._value(key, source)
            known = [value for value in values if value is not None] if isinstance(values, list) else []
            return (
                [*known, *whole] if isinstance(whole, list) and len(whole) + len(known) == len(mask) else _loose(whole)
            )
        blocks = values if isinstance(values, list) else []
        found: list[Value] = []
        for number, hidden in enumerate(mask):
            block = blocks[number] if number < len(blocks) else {}
            if isinstance(block, dict) and isinstance(hidden, dict):
                found.append(self.filled(block, hidden, _matching(block, len(mask), source), key))
            else:
                found.append(block)
        return found

    def _value(self, key: str, source: Any) -> Value:  # noqa: ANN401 - JSON is anything
        trace = self._trace(key, source)
        expected = _of_kinds(trace.refs, _KINDS.get(key, ()))
        refs = expected or trace.refs
        several = key.endswith(_PLURALS)
        sure = not trace.hidden and (len(refs) == 1 or not trace.choosy)
        whole = len(trace.refs) == 1 and sure and trace.refs[0].attribute in _WHOLE
        if (key in _COMPOSED and not whole) or not refs:
            return Expr("not known", refs)
        if several:
            return list(refs) if sure else Expr("not known", refs)
        return refs[0] if len(refs) == 1 and (sure or expected) else Expr("not known", refs)

    def _trace(self, key: str, source: Any) -> Trace:  # noqa: ANN401 - JSON is anything
        attribute = "arn" if key.endswith(("arn", "arns", "task_definition")) else "id"
        if source is None:
            return Trace(tuple(Ref(ref.address, attribute) for ref in self.by_kind(_KINDS.get(key, ()))), choosy=True)
        if not isinstance(source, dict):
            return Trace()
        return self.configuration.trace(tuple(source.get("references") or ()), self.scope, attribute)


def _any(mask: Iterable[Any]) -> bool:
    """Tell whether anything in a mask is unknown."""
    return any(
        hidden is True
        or (isinstance(hidden, list) and _any(hidden))
        or (isinstance(hidden, dict) and _any(hidden.values()))
        for hidden in mask
    )


def _has_blocks(mask: Any) -> bool:  # noqa: ANN401 - JSON is anything
    return isinstance(mask, list) and any(isinstance(hidden, dict) for hidden in mask)


def _loose(value: Value) -> Value:
    return Expr("not known", tuple(refs_in(value))) if isinstance(value, list) else value


def _of_kinds(refs: Iterable[Ref], kinds: tuple[str, ...]) -> tuple[Ref, ...]:
    return tuple(ref for ref in refs if any(f".{kind}." in f".{ref.address}" for kind in kinds))


def _matching(block: Mapping[str, Value], count: int, source: Any) -> Any:  # noqa: ANN401 - JSON
    """What was written of a block: the one whose constants it has; all of an expression where the list is one; else None."""
    if isinstance(source, dict):
        names = [*(source.get("references") or ()), *([_CHOICE] if count > 1 else [])]
        return {key: {"references": names} for key in _KINDS}
    sources = [one for one in source if isinstance(one, dict)] if isinstance(source, list) else []
    fitting = [one for one in sources if _fits(block, one)]
    return fitting[0] if len(fitting) == 1 else _merged(fitting) if fitting else None


def _fits(block: Mapping[str, Value], source: Mapping[str, Any]) -> bool:
    return all(_may_be(block.get(key), expression) for key, expression in source.items())


def _may_be(value: Value, expression: Any) -> bool:  # noqa: ANN401 - JSON is anything
    constant = expression.get("constant_value") if isinstance(expression, dict) else None
    if not isinstance(constant, str | int | float) or value is None or isinstance(value, list | dict):
        return True
    return str(constant).lower() == str(value).lower()


def _merged(sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Several blocks that look alike, as one of which nothing but the references is known, and of blocks inside all."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for source in sources for key in source):
        given = [source[key] for source in sources if key in source]
        inner = [one for each in given if isinstance(each, list) for one in each]
        names = [name for each in given if isinstance(each, dict) for name in each.get("references") or ()]
        found[key] = inner or {"references": [*names, _CHOICE]}
    return found
