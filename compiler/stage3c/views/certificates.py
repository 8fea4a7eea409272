"""What a certificate of ACM is for."""

from stage3c.graph import Graph, Resource, Value, items


def names_on(graph: Graph, certificate: Resource) -> list[Value]:
    """The names on a certificate, its domain name first, as far as they are known; None where it has no domain name."""
    attributes = certificate.attributes
    written = [attributes.get("domain_name"), *items(attributes.get("subject_alternative_names"))]
    return [graph.resolved(name) for name in written]
