"""Task cannot reach the registry, secrets or logs."""

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
    title="Task cannot reach the registry, secrets or logs",
    what=(
        "A Fargate task pulls its image, reads secrets or writes logs, but the network has no route to these services."
    ),
    why=(
        "Tasks do not start: ResourceInitializationError: unable to pull secrets or registry auth, or "
        "CannotPullContainerError."
    ),
    fix=("Associate the subnet with a route table with a NAT gateway, or add VPC endpoints, and allow outbound HTTPS."),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html (2026-11-24)",
    bad_terraform="# without aws_route_table_association.private_a\n",
    check_graph=check,
)
