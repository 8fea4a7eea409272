"""What rules about load balancers and target groups ask: which groups services fill, and what others may bind."""

from typing import Final

from stage3c.graph import Graph, Resource, refs_in
from stage3c.views.services import services

_KEYS: Final = ("", "arn", "id", "name")
"""By these attributes in an output, another stack can bind what this one makes."""


def filled_groups(graph: Graph) -> set[str]:
    """The addresses of the target groups that the `load_balancer` blocks of services name."""
    runners = (service.resource for service in services(graph).values())
    return {ref.address for service in runners for ref in refs_in(service.attributes.get("load_balancer"))}


def may_be_bound(graph: Graph, part: Resource) -> bool:
    """Tell whether a module or another stack may use a part, or the part may not exist."""
    shown = any(ref.address == part.address and ref.attribute in _KEYS for ref in graph.shown)
    return graph.is_handed_out(part) or not part.certain or shown
