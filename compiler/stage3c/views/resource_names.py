"""The AWS names that a resource gives, each with the rule that limits it."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from stage3c.aws.facts import load
from stage3c.aws.names import NameLimit, known_kinds, limit_for
from stage3c.graph import Graph, Resource, Text
from stage3c.views.arns import written
from stage3c.views.tasks import task

_MADE_WHERE_EMPTY: Final = {"aws_autoscaling_group", "aws_elb", "aws_key_pair", "aws_sqs_queue"}
"""Types outside the facts of the provider that make a name where theirs is empty (from memory)."""


def resource_names(resource: Resource) -> Iterator[tuple[NameLimit, str]]:
    """The names that one resource gives, each with its limit; names that only AWS will know are left out."""
    for attribute, value in resource.attributes.items():
        limit = _limit(resource, f"{resource.type}.{attribute}")
        if limit and isinstance(value, str) and not (value == "" and _is_optional(resource, attribute)):
            yield limit, value
    limit = limit_for(f"{resource.type}.container_definitions[].name")
    for container in task(resource).containers if limit else ():
        if limit and isinstance(container.written.get("name"), str):
            yield limit, container.label
    tags, limit = resource.attributes.get("tags"), limit_for(f"{resource.type}.tags.Name")
    if limit and isinstance(tags, dict) and isinstance(tags.get("Name"), str):
        yield limit, str(tags["Name"])


def _is_optional(resource: Resource, attribute: str) -> bool:
    """Tell whether the provider makes a name of its own where this one is left out, which for it an empty text does."""
    flags, _ = load("provider")["resource"].get(resource.type, {}).get(attribute, ("", ""))
    return "o" in flags or resource.type in _MADE_WHERE_EMPTY


def joined_names(graph: Graph, resource: Resource) -> Iterator[tuple[NameLimit, str]]:
    """The names that are made of those of other resources: `"${aws_rds_cluster.main.cluster_identifier}-1"`."""
    for attribute, value in resource.attributes.items():
        limit = _limit(resource, f"{resource.type}.{attribute}") if isinstance(value, Text) else None
        name = written(graph, value) if limit else None
        if limit and name is not None and "«" not in name:
            yield limit, name


def _limit(resource: Resource, kind: str) -> NameLimit | None:
    """The limit of an argument; one that depends on the engine of a database applies where that engine is known."""
    engines = _kinds().get(kind)
    if not engines:
        return limit_for(kind) if engines is not None else None
    engine = resource.attributes.get("engine")
    return limit_for(f"{kind} ({engine})") if engine in engines else None


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """Every kind with its variants, if it has any."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in known_kinds():
        bare, _, variants = kind.removesuffix(")").partition(" (")
        found[bare] = (*found.get(bare, ()), *(variants.split("/") if variants else ()))
    return found
