"""Data sources that look up what the same configuration makes: whoever asks them asks that resource."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from stage3c.graph import Expr, Json, Ref, Resource, Text, Value, blocks, items

IDENTIFIERS: Final = (
    *("id", "arn", "name", "cluster_name", "identifier", "db_instance_identifier", "bucket", "load_balancer_arn"),
    *("key_id", "function_name"),
)
"""Arguments by which a data source names one resource of its own type."""
_NAMES: Final = {
    **{key: key for key in ("name", "bucket", "identifier", "function_name")},
    "cluster_name": "name",
    "db_instance_identifier": "identifier",
}
"""Those that may hold a name as text, with the argument of the resource that sets it."""
_NOT_UNIQUE: Final = {"aws_route53_zone", "aws_ami"}


class _Meant(Struct, frozen=True):
    """What stands for data sources: the resource by address or by attribute, and the members of lists of ids."""

    homes: Mapping[str, str]
    members: Mapping[str, list[Value]]


def without_lookups(resources: Iterable[Resource]) -> list[Resource]:
    """The resources with references to such data sources replaced; the data sources stay."""
    found = {resource.address: resource for resource in resources}
    homes = {address: home for address, each in found.items() if (home := _home(found, each))}
    homes |= {f"{address}.arn": home for address, each in found.items() if (home := _secret(found, each))}
    members = {f"{address}.ids": ids for address, each in found.items() if (ids := _subnets(found, each, homes))}
    if not homes and not members:
        return list(found.values())
    meant = _Meant(homes, members)
    return [
        replace(each, attributes={key: _replaced(value, meant) for key, value in each.attributes.items()})
        if each.mode == "resource" or address not in homes
        else each
        for address, each in found.items()
    ]


def _home(found: Mapping[str, Resource], resource: Resource) -> str | None:
    """The one resource of its own type that a data source names: by reference, by its name, or by tags."""
    if resource.mode != "data":
        return None
    for key in IDENTIFIERS:
        value = resource.attributes.get(key)
        home = found.get(value.address) if isinstance(value, Ref) else None
        if home is not None and home.type == resource.type and home.mode == "resource" and home.certain:
            return home.address
    if resource.type in _NOT_UNIQUE:
        return None
    alike = [
        each
        for each in found.values()
        if each.mode == "resource" and (each.type, each.provider) == (resource.type, resource.provider)
    ]
    named = [each for each in alike if _has_its_name(each, resource) or _has_its_tags(each, resource)]
    return named[0].address if len(named) == 1 and named[0].certain else None


def _has_its_name(resource: Resource, asking: Resource) -> bool:
    wanted = [(own, asking.attributes.get(key)) for key, own in _NAMES.items()]
    return any(isinstance(text, str) and text != "" and resource.attributes.get(own) == text for own, text in wanted)


def _has_its_tags(resource: Resource, asking: Resource) -> bool:
    tags = _tags_asked_for(asking)
    return bool(tags) and _has_tags(resource, tags)


def _has_tags(resource: Resource, tags: Mapping[str, Value]) -> bool:
    own = resource.attributes.get("tags")
    own = own if isinstance(own, Mapping) else {}
    return all(isinstance(text, str) and own.get(key) == text for key, text in tags.items())


def _tags_asked_for(asking: Resource) -> dict[str, Value]:
    """Of `tags`, and of filters such as `tag:Name`; any other filter is a tag that nothing has."""
    tags = asking.attributes.get("tags")
    found = dict(tags) if isinstance(tags, Mapping) else {}
    for name, values in _filters(asking):
        if name != "vpc-id":
            found[name.removeprefix("tag:") if name.startswith("tag:") else ""] = (
                values[0] if len(values) == 1 else None
            )
    return found


def _filters(asking: Resource) -> Iterator[tuple[str, list[Value]]]:
    for each in blocks(asking.attributes.get("filter")):
        yield str(each.get("name")), list(items(each.get("values")))


def _subnets(found: Mapping[str, Resource], asking: Resource, homes: Mapping[str, str]) -> list[Value]:
    """The ids of the subnets of a VPC of this configuration, where nothing else can make any in it."""
    if (asking.mode, asking.type) != ("data", "aws_subnets"):
        return []
    asked = [value for name, values in _filters(asking) if name == "vpc-id" for value in values]
    vpcs = {homes.get(each.address, each.address) for each in asked if isinstance(each, Ref)}
    tags = _tags_asked_for(asking)
    if len(vpcs) != 1 or len(asked) != 1 or any(each.mode == "module" for each in found.values()):
        return []
    inside = [each for each in found.values() if (each.type, each.mode) == ("aws_subnet", "resource")]
    inside = [each for each in inside if _address_of(each.attributes.get("vpc_id"), homes) in vpcs]
    home = found.get(next(iter(vpcs)))
    is_whole = home is not None and home.mode == "resource" and all(each.certain for each in inside)
    return [Ref(each.address) for each in inside if _has_tags(each, tags)] if is_whole else []


def _address_of(value: Value, homes: Mapping[str, str]) -> str | None:
    return homes.get(value.address, value.address) if isinstance(value, Ref) else None


def _secret(found: Mapping[str, Resource], resource: Resource) -> str | None:
    """The secret of a version, whose ARN is that of the secret itself."""
    secret = resource.attributes.get("secret_id") if resource.type == "aws_secretsmanager_secret_version" else None
    home = found.get(secret.address) if isinstance(secret, Ref) else None
    return home.address if home is not None and home.mode == "resource" else None


def _replaced(value: Value, meant: _Meant) -> Value:  # noqa: PLR0911 - one case for each kind of value
    match value:
        case Ref():
            return _looked_up(value, meant)
        case Expr(template=template, refs=refs):
            return Expr(template, tuple(Ref(meant.homes.get(ref.address, ref.address), ref.attribute) for ref in refs))
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


def _looked_up(ref: Ref, meant: _Meant) -> Value:
    address, attribute = ref.address, ref.attribute
    members = meant.members.get(f"{address}.{attribute.partition('[')[0]}")
    if members is None:
        return Ref(meant.homes.get(f"{address}.{attribute}") or meant.homes.get(address, address), attribute)
    place = attribute.partition("[")[2].removesuffix("]")
    if not place:
        return members
    return members[int(place)] if place.isdigit() and int(place) < len(members) else ref
