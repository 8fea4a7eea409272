"""A task that cannot pull, read its secrets, or log."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "aws", "image")


RULE = Rule(
    id="NET204",
    scope="graph",
    title="Task cannot reach what it starts from",
    what="A Fargate task pulls its image, takes its secrets or writes its logs over a network that has no way there.",
    why="Tasks never start: ResourceInitializationError: unable to pull secrets or registry auth, or CannotPullContainerError.",
    fix="Associate the subnet with a route table that leads to a NAT gateway, or add the VPC endpoints, and let HTTPS out.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html (2026-11-24)",
    bad_terraform="# without aws_route_table_association.private_a\n",
    check_graph=check,
)
