"""ARNs and names of a graph as texts with holes, so that policies can be compared with what they are about."""

import re
from typing import Final

from stage3c.aws.facts import load
from stage3c.aws.kinds import known as known_kind
from stage3c.graph import Expr, Graph, Ref, Resource, Text, Value

ACCOUNT: Final = "«account»"
REGION: Final = "«region»"
_PLACE: Final = re.compile(r"\{([a-z_*]+)\}")
_FOLLOWED_MAX: Final = 20


def written(graph: Graph, value: Value, depth: int = 0) -> str | None:
    """A text with a hole for each part that is not known; None where nothing of it is, or where it is no text.

    `depth` counts the references that led here, so that two that refer to each other end.
    """
    if depth > _FOLLOWED_MAX:
        return None
    match value:
        case str():
            return value
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case Ref():
            return _of_reference(graph, value, depth)
        case Text(parts=parts):
            found = [written(graph, part, depth + 1) if not isinstance(part, Expr) else None for part in parts]
            return None if None in found else "".join(str(part) for part in found)
        case _:
            return None


def region_of(graph: Graph, provider: str | None = None) -> str:
    """The region of a provider, by default that of the stack, or a hole."""
    alias = provider.partition(".")[2] if provider else ""
    regions = [settings.get("region") for settings in graph.providers if (settings.get("alias") or "") == alias]
    known = {region for region in regions if isinstance(region, str)}
    return known.pop() if len(known) == 1 and all(isinstance(region, str) for region in regions) else REGION


def home_region(graph: Graph, resource: Resource) -> str:
    """The region in which Terraform makes a resource: its `region`, that of its provider, or a hole."""
    own = resource.attributes.get("region")
    return region_of(graph, resource.provider) if own is None else written(graph, own) or REGION


def partition_of(graph: Graph) -> str:
    """The partition, by the region; `aws` unless the region says otherwise."""
    region = region_of(graph)
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def account_of(graph: Graph) -> str:
    """The account, where the provider is held to one, or a hole."""
    for settings in graph.providers:
        allowed = settings.get("allowed_account_ids")
        if isinstance(allowed, list | tuple) and len(allowed) == 1 and isinstance(allowed[0], str):
            return allowed[0]
    return ACCOUNT


def _of_reference(graph: Graph, ref: Ref, depth: int) -> str | None:
    known = {
        "aws_caller_identity.account_id": account_of,
        "aws_partition.partition": partition_of,
    }
    ref = _behind(graph, ref)
    target = graph.target(ref)
    if target is None:
        return None
    if target.type == "aws_region" and ref.attribute in ("name", "region", "id"):
        return home_region(graph, target)
    general = known.get(f"{target.type}.{ref.attribute}")
    if general:
        return general(graph)
    template = load("arns")["attributes"].get(f"{target.type}.{ref.attribute}")
    is_named = target.mode != "data" or target.attributes.get("name") is not None
    kind = known_kind(target.type) if ref.attribute == "arn" and is_named else None
    template = template or (kind.arn if kind else None)
    if template:
        return _PLACE.sub(lambda place: _part(graph, ref, place[1], depth), template)
    setting = graph.resolved(ref)
    return f"«{ref}»" if isinstance(setting, Ref) else written(graph, setting, depth + 1)


def _behind(graph: Graph, ref: Ref) -> Ref:
    """What an attribute repeats of another resource: `target_key_arn` of an alias is the ARN of its key."""
    target = graph.target(ref)
    if target is None or f"{target.type}.{ref.attribute}" != "aws_kms_alias.target_key_arn":
        return ref
    key = graph.target(target.attributes.get("target_key_id"))
    return Ref(key.address, "arn") if key is not None and key.type == "aws_kms_key" else ref


def _part(graph: Graph, ref: Ref, name: str, depth: int) -> str:
    general = {"partition": partition_of, "account": account_of}
    if name in general:
        return general[name](graph)
    if name == "*":
        return f"«{ref.address}»"
    target = graph.resources[ref.address]
    if name == "region":
        return home_region(graph, target)
    setting = graph.resolved(target.attributes.get(name))
    text = written(graph, setting, depth + 1) if not isinstance(setting, Ref) else None
    return (text or f"«{ref.address}.{name}»").removeprefix("/" if target.type == "aws_ssm_parameter" else "")
