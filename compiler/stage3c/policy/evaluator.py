"""AWS's decision about a request: explicit deny, then boundaries, then what identity or resource policies allow.

Pure, and over plain statements: no graph. None is the answer where it depends on what is not known before apply. Source:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html (2026-11-24).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from stage3c.policy.patterns import matches
from stage3c.views.statements import Condition, Statement


class Request(NamedTuple):
    """Who wants to do what to what; the context holds the keys that are known, in lower case; None: AWS sends no such key."""

    action: str
    resource: str
    principal: str = ""
    context: Mapping[str, str | None] = MappingProxyType({})


class Decision(NamedTuple):
    """Allowed, denied, or None; and the statement that decided, if one did."""

    allowed: bool | None
    statement: Statement | None = None


def decide(
    request: Request,
    identity: Sequence[Statement],
    resource: Sequence[Statement] = (),
    boundary: Sequence[Statement] | None = None,
) -> Decision:
    """Decide within one account: identity or resource policies allow, a boundary limits what identity policies do."""
    denying = [
        (_applies(statement, request), statement)
        for statement in (*identity, *resource, *(boundary or ()))
        if not statement.allows
    ]
    for applies, statement in denying:
        if applies:
            return Decision(allowed=False, statement=statement)
    by_identity = _allowing(request, identity)
    if boundary is not None:
        limited = _allowing(request, boundary)
        by_identity = Decision(_both(by_identity.allowed, limited.allowed), by_identity.statement)
    by_resource = _allowing(request, resource, by_resource=True)
    found = by_identity if by_identity.allowed else by_resource
    allowed = _either(by_identity.allowed, by_resource.allowed)
    if allowed and any(applies is None for applies, _ in denying):
        return Decision(None, found.statement)
    return Decision(allowed, found.statement if allowed else None)


def _allowing(request: Request, statements: Sequence[Statement], *, by_resource: bool = False) -> Decision:
    maybe: Statement | None = None
    for statement in statements:
        if statement.allows and (not by_resource or statement.principals != ()):
            applies = _applies(statement, request)
            if applies:
                return Decision(allowed=True, statement=statement)
            maybe = maybe or (statement if applies is None else None)
    return Decision(None if maybe else False, maybe)


def _both(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - likewise
    if one or other:
        return True
    return None if one is None or other is None else False


def _not(value: bool | None) -> bool | None:  # noqa: FBT001 - likewise
    return None if value is None else not value


def _all(values: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for value in values:
        found = _both(found, value)
    return found


def _any(values: Iterable[bool | None]) -> bool | None:
    found: bool | None = False
    for value in values:
        found = _either(found, value)
    return found


def _applies(statement: Statement, request: Request) -> bool | None:
    return _all(
        (
            _among(statement.actions, statement.not_actions, request.action, fold=True),
            _among(statement.resources, statement.not_resources, request.resource, fold=False, optional=True),
            _is_principal(statement, request),
            _all(_holds(condition, request) for condition in statement.conditions),
        )
    )


def _among(
    patterns: tuple[str, ...] | None, excluded: tuple[str, ...] | None, text: str, *, fold: bool, optional: bool = False
) -> bool | None:
    """In one list, or not in the other; a trust policy names no resource."""
    if patterns is None or excluded is None:
        return None
    if excluded:
        return _not(_any(matches(pattern, text, fold=fold) for pattern in excluded))
    if not patterns:
        return optional
    return _any(matches(pattern, text, fold=fold) for pattern in patterns)


def _is_principal(statement: Statement, request: Request) -> bool | None:
    if statement.principals == () or not request.principal:
        return True
    if statement.principals is None:
        return None
    return _any(_names(statement, principal, request.principal) for principal in statement.principals)


def _names(statement: Statement, principal: str, caller: str) -> bool | None:
    """Whether a principal of a statement is the caller; an account in a Deny is everyone of that account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts (2026-11-28)
    """
    if principal == "*":
        return True
    if is_account(principal) and (not statement.allows or is_account(caller)):
        return matches(_account_of(principal), _account_of(caller)) if caller.startswith("AWS:") else False
    return matches(principal, caller)


def is_account(principal: str) -> bool:
    """Tell whether a principal means a whole account: `AWS:arn:aws:iam::123456789012:root`, or the number alone."""
    kind, _, name = principal.partition(":")
    return kind == "AWS" and (name.endswith(":root") or ":" not in name)


def _account_of(principal: str) -> str:
    parts = principal.split(":")
    return parts[5] if len(parts) > 5 else parts[-1]  # noqa: PLR2004 - AWS:arn:aws:iam::account


def _holds(condition: Condition, request: Request) -> bool | None:
    """One condition; what is not in the context is not known, since AWS fills it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (2026-11-28)
    """
    operator, key, values = condition
    name, _, bare = operator.rpartition(":")
    set_operator, plain = name.lower(), bare.lower().removesuffix("ifexists")
    if key.lower() not in request.context or set_operator not in ("", "forallvalues", "foranyvalue"):
        return None
    given = request.context[key.lower()]
    if plain == "null":
        return None if values is None else _any(_is_null(value, given) for value in values)
    if given is None:
        return _holds_without_key(set_operator, plain, is_optional=bare.lower() != plain)
    judge = _OPERATORS.get(plain)
    return None if judge is None or values is None else judge(values, given)


def _is_null(value: str, given: str | None) -> bool | None:
    return {"true": given is None, "false": given is not None}.get(value.lower())


def _holds_without_key(set_operator: str, plain: str, *, is_optional: bool) -> bool:
    """What a condition says of a key that a request does not have: no value is equal to it, and all of none are."""
    if set_operator == "foranyvalue":
        return False
    return is_optional or set_operator == "forallvalues" or plain in _NEGATED


def _string_equals(values: Sequence[str], given: str) -> bool | None:
    return _any(None if _is_open(value, given) else value == given for value in values)


def _is_open(value: str, given: str) -> bool:
    """Tell whether equality depends on a hole or on a policy variable."""
    return value != given and ("«" in value or "«" in given or "${" in value)


def _like(values: Sequence[str], given: str) -> bool | None:
    return _any(None if "${" in value else matches(value, given) for value in values)


def _negated(judge: Callable[[Sequence[str], str], bool | None]) -> Callable[[Sequence[str], str], bool | None]:
    return lambda values, given: _not(judge(values, given))


def _equals_ignoring_case(values: Sequence[str], given: str) -> bool | None:
    return _string_equals([value.lower() for value in values], given.lower())


_OPERATORS: Final[Mapping[str, Callable[[Sequence[str], str], bool | None]]] = {
    "stringequals": _string_equals,
    "stringnotequals": _negated(_string_equals),
    "stringequalsignorecase": _equals_ignoring_case,
    "stringnotequalsignorecase": _negated(_equals_ignoring_case),
    "stringlike": _like,
    "stringnotlike": _negated(_like),
    "arnequals": _like,
    "arnlike": _like,
    "arnnotequals": _negated(_like),
    "arnnotlike": _negated(_like),
    "bool": _equals_ignoring_case,
}
_NEGATED: Final = frozenset(name for name in _OPERATORS if "not" in name) | {
    "numericnotequals",
    "datenotequals",
    "notipaddress",
}
"""What holds where the key is absent."""
