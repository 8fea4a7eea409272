"""Data sources that look up what the same configuration makes: whoever asks them asks that resource."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from stage3c.graph import Expr, Json, Ref, Resource, Text, Value

_IDENTIFIERS = (
    "id",
    "arn",
    "name",
    "cluster_name",
    "identifier",
    "db_instance_identifier",
    "bucket",
    "load_balancer_arn",
)


def without_lookups(resources: Iterable[Resource]) -> list[Resource]:
    """The resources with references to such data sources replaced; the data sources stay."""
    found = {resource.address: resource for resource in resources}
    meant = {address: home for address, each in found.items() if (home := _home(found, each))}
    meant |= {f"{address}.arn": home for address, each in found.items() if (home := _secret(found, each))}
    if not meant:
        return list(found.values())
    return [
        replace(each, attributes={key: _replaced(value, meant) for key, value in each.attributes.items()})
        if each.mode == "resource" or address not in meant
        else each
        for address, each in found.items()
    ]


def _home(found: Mapping[str, Resource], resource: Resource) -> str | None:
    """The one resource of its own type that a data source names by an identifier of it."""
    if resource.mode != "data":
        return None
    for key in _IDENTIFIERS:
        value = resource.attributes.get(key)
        home = found.get(value.address) if isinstance(value, Ref) else None
        if home is not None and home.type == resource.type and home.mode == "resource" and home.certain:
            return home.address
    return None


def _secret(found: Mapping[str, Resource], resource: Resource) -> str | None:
    """The secret of a version, whose ARN is that of the secret itself."""
    secret = resource.attributes.get("secret_id") if resource.type == "aws_secretsmanager_secret_version" else None
    home = found.get(secret.address) if isinstance(secret, Ref) else None
    return home.address if home is not None and home.mode == "resource" else None


def _replaced(value: Value, meant: Mapping[str, str]) -> Value:  # noqa: PLR0911 - one case for each kind of value
    match value:
        case Ref(address=address, attribute=attribute):
            return Ref(meant.get(f"{address}.{attribute}") or meant.get(address, address), attribute)
        case Expr(template=template, refs=refs):
            return Expr(template, tuple(Ref(meant.get(ref.address, ref.address), ref.attribute) for ref in refs))
        case Text(parts=parts):
            return Text(*(part if isinstance(part, str) else _replaced(part, meant) for part in parts))  # type: ignore[arg-type] # as they were
        case Json(value=inner):
            return Json(_replaced(inner, meant))
        case Mapping():
            return {key: _replaced(inner, meant) for key, inner in value.items()}
        case list() | tuple():
            return [_replaced(inner, meant) for inner in value]
        case _:
            return value
