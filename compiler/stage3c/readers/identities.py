"""Ids, ARNs and addresses of a plan or a state, as references to whoever has them.

A state has only values. One that AWS gave to a single thing, such as `subnet-0a1b2c3d`, means that thing wherever it
stands, also inside a longer text; a name, which is no such thing, does so only in the arguments that take a name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from stage3c.graph import Expr, Ref, Resource, Text, Value
from stage3c.readers.instances import Instance

_IDENTITIES: Final = (
    "arn",
    "id",
    "address",
    "allocation_id",
    "default_network_acl_id",
    "default_route_table_id",
    "default_security_group_id",
    "dns_name",
    "endpoint",
    "key_id",
    "main_route_table_id",
    "prefix_list_id",
    "repository_url",
    "zone_id",
)
_OF_KINDS_ALONE: Final = {
    "allocation_id": ("aws_eip",),
    "key_id": ("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"),
    "prefix_list_id": ("aws_vpc_endpoint",),
    "zone_id": ("aws_route53_zone",),
}
"""To all other kinds these are given: they are arguments there, or AWS's own, as the zone of load balancers."""
_ARGUMENT: Final = ("aws_sns_topic_subscription", "endpoint")
_MANAGED_SECRET: Final = "master_user_secret[0].secret_arn"  # noqa: S105 - the name of an attribute
_UNIQUE: Final = re.compile(
    r"arn:[^\s\"'\\,<>{}\[\]]+"
    r"|\b[a-z]{1,20}-[0-9a-f]{8,17}\b"
    r"|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"
    r"|\bZ[0-9A-Z]{8,31}\b"
    r"|(?<![A-Za-z0-9.-])[A-Za-z0-9][A-Za-z0-9.-]*\.amazonaws\.com(?:\.cn)?(?:[:/][A-Za-z0-9._/-]*)?"
)
_END: Final = re.compile(r"[:/*?]")
_LOG_GROUP: Final = re.compile(r'"awslogs-group"\s*:\s*"([^"\\]+)"')
_NAMED: Final = {
    "cluster": "aws_ecs_cluster",
    "cluster_name": "aws_ecs_cluster",
    "db_subnet_group_name": "aws_db_subnet_group",
    "parameter_group_name": "aws_db_parameter_group",
    "replicate_source_db": "aws_db_instance",
    "repository": "aws_ecr_repository",
    "role": "aws_iam_role",
    "validation_record_fqdns": "aws_route53_record",
}
"""Arguments that take a name, with whose it is."""
_NAME_OF: Final = {
    "aws_cloudwatch_log_group": "name",
    "aws_db_instance": "identifier",
    "aws_db_parameter_group": "name",
    "aws_db_subnet_group": "name",
    "aws_ecr_repository": "name",
    "aws_ecs_cluster": "name",
    "aws_iam_role": "name",
    "aws_route53_record": "fqdn",
    "aws_s3_bucket": "bucket",
}
_BUCKETS: Final = "aws_s3_bucket_"
_OF_CERTIFICATE: Final = ("resource_record_name", "resource_record_value")
_OWN: Final = ("arn", "id")
_ENDS_MAX: Final = 64

_Owners = Mapping[str, Sequence[Ref]]


def linked(resources: Mapping[str, Resource], found: Mapping[str, Instance]) -> dict[str, Resource]:
    """The resources, without their own ids, and with references for those of others."""
    linker = _Linker(dict(_owners(found.values())), dict(_names(found.values())))
    return {address: linker.linked(resource) for address, resource in resources.items()}


def _owners(found: Iterable[Instance]) -> Iterator[tuple[str, list[Ref]]]:
    owners: dict[str, list[Ref]] = {}
    members = list(found)
    for attribute in _IDENTITIES:
        for one in members:
            value = one.values.get(attribute)
            kinds = _OF_KINDS_ALONE.get(attribute)
            if not isinstance(value, str) or not _UNIQUE.fullmatch(value) or (kinds and one.kind not in kinds):
                continue
            if (one.kind, attribute) != _ARGUMENT and not _is_borrowed(one, attribute, value):
                owners.setdefault(value, []).append(Ref(one.address, attribute))
    for one in members:
        for secret in (block.get("secret_arn") for block in _mappings(one.values.get("master_user_secret"))):
            if isinstance(secret, str):
                owners.setdefault(secret, []).append(Ref(one.address, _MANAGED_SECRET))
    yield from owners.items()


def _is_borrowed(one: Instance, attribute: str, value: str) -> bool:
    """Tell whether a resource has its id or ARN from another: a secret's version has the secret's."""
    return attribute in _OWN and any(inner == value for key, inner in one.values.items() if key.endswith("_id"))


def _mappings(value: Value) -> list[Mapping[str, Value]]:
    return [block for block in value if isinstance(block, Mapping)] if isinstance(value, list) else []


def _names(found: Iterable[Instance]) -> Iterator[tuple[tuple[str, str], Ref]]:
    """By kind and name, without the dot at the end of a name of DNS."""
    for one in found:
        attribute = _NAME_OF.get(one.kind, "")
        value = one.values.get(attribute)
        if one.mode == "resource" and isinstance(value, str):
            yield (one.kind, value.rstrip(".")), Ref(one.address, attribute)
        for number, option in enumerate(_mappings(one.values.get("domain_validation_options"))):
            for attribute in _OF_CERTIFICATE:
                record = str(option.get(attribute)).rstrip(".")
                yield (
                    ("aws_acm_certificate", record),
                    Ref(one.address, f"domain_validation_options[{number}].{attribute}"),
                )


class _Linker(Struct, frozen=True):
    owners: _Owners
    names: Mapping[tuple[str, str], Ref]

    def linked(self, resource: Resource) -> Resource:
        made_of = {key: self._argument(resource, key, value) for key, value in resource.attributes.items()}
        kept = {key: value for key, value in made_of.items() if key not in _OWN or isinstance(value, Ref)}
        return replace(resource, attributes=kept)

    def _argument(self, resource: Resource, key: str, value: Value) -> Value:
        kind = _kind_named(resource.type, key)
        if kind and isinstance(value, str):
            named = self.names.get((kind, value.rstrip(".")))
            if named is not None and named.address != resource.address:
                return named
        if kind and isinstance(value, list):
            return [self._argument(resource, key, member) for member in value]
        return self._link(value, resource.address)

    def _link(self, value: Value, own: str) -> Value:
        if isinstance(value, str):
            return self._text(value, own)
        if isinstance(value, Mapping):
            return {key: self._link(inner, own) for key, inner in value.items()}
        return [self._link(inner, own) for inner in value] if isinstance(value, list) else value

    def _text(self, value: str, own: str) -> Value:
        parts: list[str | Ref | Expr] = []
        start = 0
        for begin, end, ref in sorted(self._places(value, own), key=lambda place: place[:2]):
            if begin >= start:
                parts += [value[start:begin], ref]
                start = end
        if not parts:
            return value
        found = [part for part in (*parts, value[start:]) if part != ""]
        return found[0] if len(found) == 1 else Text(*found)

    def _places(self, value: str, own: str) -> Iterator[tuple[int, int, Ref]]:
        """What of a text is somebody's: from where, to where, and whose."""
        for match in _UNIQUE.finditer(value):
            head, ref = next(self._known(match[0], own), ("", None))
            if ref is not None:
                yield match.start(), match.start() + len(head), ref
        for match in _LOG_GROUP.finditer(value):
            group = self.names.get(("aws_cloudwatch_log_group", match[1]))
            if group is not None:
                yield match.start(1), match.end(1), group

    def _known(self, text: str, own: str) -> Iterator[tuple[str, Ref]]:
        """The longest beginning of a text that somebody has: an ARN, or that before `:password::`, `:*`, `/*`."""
        ends = [len(text), *reversed([match.start() for match in _END.finditer(text)][-_ENDS_MAX:])]
        for end in ends:
            ref = next((ref for ref in self.owners.get(text[:end], ()) if ref.address != own), None)
            if ref is not None:
                yield text[:end], ref


def _kind_named(kind: str, key: str) -> str:
    """What a name in an argument is the name of, if it is any."""
    if kind == "aws_route53_record" and key in ("name", "records"):
        return "aws_acm_certificate"
    if key == "bucket":
        return "aws_s3_bucket" if kind.startswith(_BUCKETS) else ""
    return _NAMED.get(key, "")
