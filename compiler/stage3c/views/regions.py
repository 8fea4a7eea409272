"""The region of a resource: its own argument, its provider's, or that of the stack."""

from stage3c.graph import Graph, Resource
from stage3c.views.arns import home_region


def region_of_resource(graph: Graph, resource: Resource) -> str | None:
    """The region in which a resource is made, or None where that is not known."""
    region = home_region(graph, resource)
    return None if "«" in region else region
