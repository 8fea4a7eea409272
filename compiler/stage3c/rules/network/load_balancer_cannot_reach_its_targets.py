"""Load balancer cannot reach its targets."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "target")


RULE = Rule(
    id="NET202",
    scope="graph",
    title="Load balancer cannot reach its targets",
    what=(
        "A load balancer forwards to a service, but a security group or network ACL blocks its requests or "
        "health checks."
    ),
    why="Health checks time out, ECS keeps restarting the tasks, and clients get status 502 or 504.",
    fix="Allow the port of the container as ingress at the service and as egress at the load balancer.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="# without aws_vpc_security_group_egress_rule.load_balancer_to_web\n",
    check_graph=check,
)
