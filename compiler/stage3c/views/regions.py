"""The region of a resource: its own argument, its provider's, or that of the stack."""

from stage3c.graph import Graph, Resource


def region_of_resource(graph: Graph, resource: Resource) -> str | None:
    """The region in which a resource is made, or None where that is not known; `arn` parts are not looked at."""
    own = resource.attributes.get("region")
    if own is not None:
        return own if isinstance(own, str) else None
    if resource.module:
        return None  # a module may be given another provider under the same name
    alias = resource.provider.partition(".")[2] if resource.provider else ""
    regions = [each.get("region") for each in graph.providers if (each.get("alias") or "") == alias]
    return regions[0] if len(regions) == 1 and isinstance(regions[0], str) else None
