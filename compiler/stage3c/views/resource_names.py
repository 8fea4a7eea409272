"""The AWS names that a resource gives, each with the rule that limits it."""

from collections.abc import Iterator
from functools import cache

from stage3c.aws.names import NameLimit, known_kinds, limit_for
from stage3c.graph import Resource
from stage3c.views.tasks import task


def resource_names(resource: Resource) -> Iterator[tuple[NameLimit, str]]:
    """The names that one resource gives, each with its limit; names that only AWS will know are left out."""
    for attribute, value in resource.attributes.items():
        limit = limit_for(f"{resource.type}.{attribute}") if f"{resource.type}.{attribute}" in _kinds() else None
        if limit and isinstance(value, str):
            yield limit, value
    limit = limit_for(f"{resource.type}.container_definitions[].name")
    for container in task(resource).containers if limit else ():
        if limit and isinstance(container.written.get("name"), str):
            yield limit, container.label
    tags, limit = resource.attributes.get("tags"), limit_for(f"{resource.type}.tags.Name")
    if limit and isinstance(tags, dict) and isinstance(tags.get("Name"), str):
        yield limit, str(tags["Name"])


@cache
def _kinds() -> frozenset[str]:
    return frozenset(kind.split(" (")[0] for kind in known_kinds())
