"""Fargate capacity provider is not associated with its cluster."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, is_known, items
from stage3c.rules.rule import Rule, at
from stage3c.rules.services.service_and_task_disagree import FARGATE_PROVIDERS
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the clusters that the stack makes, as far as their capacity providers are known."""
    for service in services(graph).values():
        cluster = graph.target(service.resource.attributes.get("cluster"))
        if cluster is None or cluster.mode != "resource" or graph.is_handed_out(cluster):
            continue
        owners = (cluster, *graph.users(cluster, "aws_ecs_cluster_capacity_providers"))
        given = [owner.attributes.get("capacity_providers") for owner in owners]
        names = [name for value in given for name in items(value)]
        for provider in (share.get("capacity_provider") for share in service.strategy) if is_known(given) else ():
            if provider in FARGATE_PROVIDERS and provider not in names:
                cause = f"uses {provider}, which is not a capacity provider of {cluster.address}"
                yield at(service.resource, cause, f'add "{provider}" to capacity_providers of the cluster')


RULE = Rule(
    id="SVC235",
    scope="terraform",
    severity=Severity.WARNING,
    title="Fargate capacity provider is not associated with its cluster",
    what="A service uses FARGATE or FARGATE_SPOT as a capacity provider that is not associated with its cluster.",
    why="ECS documents that a capacity provider must be associated with the cluster, and may reject the service.",
    fix="List it in the aws_ecs_cluster_capacity_providers of the cluster.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html (from memory)",
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
  depends_on = [aws_lb_listener.https, aws_iam_role_policy.execution, aws_iam_role_policy.task]
}
""",
    check_graph=check,
)
