"""Service runs in a cluster outside its stack."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look for services that name a cluster by text, or none, in a stack that makes a cluster of another name."""
    clusters = graph.of_type("aws_ecs_cluster")
    names = [graph.resolved(cluster.attributes.get("name")) for cluster in clusters]
    for service in graph.of_type("aws_ecs_service") if clusters and all(isinstance(n, str) for n in names) else ():
        written = service.attributes.get("cluster", "default")
        if isinstance(written, str) and written.rpartition("/")[2] not in names:
            cause = f'runs in the cluster "{written[:60]}", but the stack makes {clusters[0].address}'
            yield at(service, cause, f"set cluster = {clusters[0].address}.arn")


RULE = Rule(
    id="SVC239",
    scope="terraform",
    title="Service runs in a cluster outside its stack",
    what="A service names a cluster that the stack does not make, or none, although the stack makes one.",
    why="ECS answers ClusterNotFoundException, or starts the tasks in a cluster without the settings of this one.",
    fix="Set `cluster` to the ARN of the cluster of the stack.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
}
""",
    check_graph=check,
)
