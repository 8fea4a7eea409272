"""What a plan or a state holds: its resource instances, without a secret and without what nobody set.

Values that Terraform marks as sensitive, and those whose names say that they are secret, are dropped before anything
looks at them. Format: https://developer.hashicorp.com/terraform/internals/json-format (2026-11-24).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from stage3c.graph import UNKNOWN, Value
from stage3c.readers.provider_schema import computed_names
from stage3c.readers.reading import TEXT_MAX_CHARS

_MODES: Final = {"managed": "resource", "data": "data"}
_SECRETS: Final = frozenset(
    {
        "access_key",
        "auth_token",
        "bcrypt_hash",
        "client_secret",
        "password",
        "password_wo",
        "private_key",
        "private_key_openssh",
        "private_key_pem",
        "secret",
        "secret_binary",
        "secret_key",
        "secret_string",
        "secret_string_wo",
        "token",
    }
)
_SECRETS_OF_KINDS: Final = {"aws_ssm_parameter": {"value", "value_wo"}, "random_password": {"result"}}
_FULL_OF_BLANKS: Final = frozenset(
    {
        "aws_default_network_acl",
        "aws_default_route_table",
        "aws_default_security_group",
        "aws_network_acl",
        "aws_route_table",
        "aws_security_group",
    }
)
"""Kinds whose rules always have all their keys, empty where they were not given."""
_DEPTH_MAX: Final = 60
_ADDRESS_MAX: Final = 4096


class Instance(Struct, frozen=True):
    """One instance; `name` carries its key, `declared` is the name without it."""

    address: str
    module: str
    mode: str
    kind: str
    name: str
    declared: str
    values: Mapping[str, Value]
    waits: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its key with the brackets, or nothing."""
        return self.name.removeprefix(self.declared)


def instances(values: Any, *, of_state: bool = False) -> Iterator[Instance]:  # noqa: ANN401 - JSON is anything
    """Every instance of `planned_values`, or of the `values` of a state; one address comes once."""
    seen: set[str] = set()
    root = (values or {}).get("root_module") or {}
    for instance in _in_module(root, "", of_state=of_state, depth=0):
        if instance.address not in seen:
            seen.add(instance.address)
            yield instance


def _in_module(module: Mapping[str, Any], path: str, *, of_state: bool, depth: int) -> Iterator[Instance]:
    if depth > _DEPTH_MAX:
        raise ValueError("nested too deeply")
    for found in module.get("resources") or ():
        if (
            _MODES.get(found.get("mode", "managed"))
            and isinstance(found["address"], str)
            and len(found["address"]) <= _ADDRESS_MAX
            and "deposed_key" not in found
        ):
            yield _instance(found, path, of_state=of_state)
    for child in module.get("child_modules") or ():
        yield from _in_module(child, str(child["address"]), of_state=of_state, depth=depth + 1)


def _instance(found: Mapping[str, Any], module: str, *, of_state: bool) -> Instance:
    address, kind, mode = found["address"], str(found["type"]), _MODES[found.get("mode", "managed")]
    name = address.removeprefix(f"{module}." if module else "").removeprefix("data.").removeprefix(f"{kind}.")
    hidden = found.get("sensitive_values")
    values = _without_secrets(found.get("values") or {}, hidden, _SECRETS_OF_KINDS.get(kind, set()), 0)
    blank = of_state or kind in _FULL_OF_BLANKS
    kept = {key: _without_blanks(value, blank=blank) for key, value in values.items()}
    kept = {key: value for key, value in kept.items() if not _is_blank(value, blank=of_state)}
    waits = tuple(str(wait) for wait in found.get("depends_on") or ())
    return Instance(address, module, mode, kind, name, str(found["name"]), kept, waits)


def _without_secrets(values: Mapping[str, Any], mask: Any, named: set[str], depth: int) -> dict[str, Value]:  # noqa: ANN401
    hidden = mask if isinstance(mask, dict) else {}
    return {
        key: UNKNOWN
        if value is not None and (mask is True or key in named or is_secret(key, value))
        else _masked(value, hidden.get(key), depth)
        for key, value in values.items()
    }


def is_secret(key: str, value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Tell whether an argument's name says that its text is secret."""
    return isinstance(value, str) and (key in _SECRETS or key.endswith("_password"))


def _masked(value: Any, mask: Any, depth: int) -> Value:  # noqa: ANN401 - JSON is anything
    if depth > _DEPTH_MAX:
        raise ValueError("nested too deeply")
    if mask is True and value is not None:
        return UNKNOWN
    if isinstance(value, dict):
        return _without_secrets(value, mask, set(), depth + 1)
    if isinstance(value, list):
        masks = mask if isinstance(mask, list) else []
        pairs = ((inner, masks[number] if number < len(masks) else None) for number, inner in enumerate(value))
        return [_masked(inner, hidden, depth + 1) for inner, hidden in pairs]
    found: Value = UNKNOWN if isinstance(value, str) and len(value) > TEXT_MAX_CHARS else value
    return found


def _without_blanks(value: Value, *, blank: bool) -> Value:
    """A value without the keys inside of it that were not given."""
    if isinstance(value, dict):
        kept = {key: _without_blanks(inner, blank=blank) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if not _is_blank(inner, blank=blank)}
    return [_without_blanks(inner, blank=blank) for inner in value] if isinstance(value, list) else value


def _is_blank(value: Value, *, blank: bool) -> bool:
    return value is None or value in ([], {}) or (blank and value == "")


def given(instance: Instance, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that somebody may have set, and not AWS alone."""
    computed = computed_names(instance.mode, instance.kind)
    return {key: value for key, value in values.items() if key not in computed and key != "tags_all"}
