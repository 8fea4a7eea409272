"""What rules about load balancers and target groups ask: which groups services fill, and what others may bind."""

from collections.abc import Iterator
from typing import Final

from stage3c.graph import Graph, Resource, blocks, refs_in
from stage3c.views.services import services
from stage3c.views.tasks import Block

_KEYS: Final = ("", "arn", "id", "name")
"""By these attributes in an output, another stack can bind what this one makes."""


def filled_groups(graph: Graph) -> set[str]:
    """The addresses of the target groups that the `load_balancer` blocks of services name."""
    return {ref.address for block in _blocks(graph) for ref in refs_in(block)}


def registered_groups(graph: Graph) -> set[str]:
    """Those in which services register from the start; ECS itself points a listener to the alternate ones."""
    return {ref.address for block in _blocks(graph) for ref in refs_in(block.get("target_group_arn"))}


def _blocks(graph: Graph) -> Iterator[Block]:
    for service in services(graph).values():
        yield from blocks(service.resource.attributes.get("load_balancer"))


def may_be_bound(graph: Graph, part: Resource) -> bool:
    """Tell whether a module or another stack may use a part, or the part may not exist."""
    shown = any(ref.address == part.address and ref.attribute in _KEYS for ref in graph.shown)
    return graph.is_handed_out(part) or not part.certain or shown
