"""IAM role cannot be assumed."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource
from stage3c.policy.proofs import trust, users_of
from stage3c.policy.roles import grants_of
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import home_region
from stage3c.views.runners import idle_tasks

_SERVICES: Final[Mapping[tuple[str, str], str]] = {
    ("aws_ecs_task_definition", "execution_role_arn"): "ecs-tasks.amazonaws.com",
    ("aws_ecs_task_definition", "task_role_arn"): "ecs-tasks.amazonaws.com",
    ("aws_cloudwatch_event_target", "role_arn"): "events.amazonaws.com",
    ("aws_sfn_state_machine", "role_arn"): "states.amazonaws.com",
    ("aws_flow_log", "iam_role_arn"): "vpc-flow-logs.amazonaws.com",
    ("aws_db_instance", "monitoring_role_arn"): "monitoring.rds.amazonaws.com",
    ("aws_rds_cluster_instance", "monitoring_role_arn"): "monitoring.rds.amazonaws.com",
    ("aws_db_proxy", "role_arn"): "rds.amazonaws.com",
    ("aws_lambda_function", "role"): "lambda.amazonaws.com",
    ("aws_codedeploy_deployment_group", "service_role_arn"): "codedeploy.amazonaws.com",
    ("aws_codebuild_project", "service_role"): "codebuild.amazonaws.com",
    ("aws_codepipeline", "role_arn"): "codepipeline.amazonaws.com",
    ("aws_backup_selection", "iam_role_arn"): "backup.amazonaws.com",
    ("aws_s3_bucket_replication_configuration", "role"): "s3.amazonaws.com",
}
"""Who assumes a role that stands in an argument."""


def check(graph: Graph) -> Iterator[Finding]:
    """Ask of each use of a role whether its service may assume it."""
    for role in graph.of_type("aws_iam_role"):
        for user, argument in users_of(graph, role):
            service = None if _is_used_elsewhere(graph, user, role) else _SERVICES.get((user.type, argument))
            if service and not any(
                _may_assume(graph, role, name) for name in _names(service, home_region(graph, user))
            ):
                cause = f"{user.address} uses {role.address}, whose trust policy does not allow {service} to assume it."
                fix = f'set Principal = {{ Service = "{service}" }} for sts:AssumeRole in assume_role_policy.'
                yield found_at(role, cause, fix)


def _is_used_elsewhere(graph: Graph, user: Resource, role: Resource) -> bool:
    """Tell whether AWS takes the role as it is, and nothing here shows that it is used: a task that nothing runs, no policy."""
    if user.type == "aws_ecs_task_definition":
        return not graph.users(user) and user in idle_tasks(graph)
    return user.type == "aws_flow_log" and not grants_of(graph, role).statements


def _names(service: str, region: str) -> tuple[str, ...]:
    """A service as a principal; Step Functions and CodeDeploy also go by a name for each region, in China with its suffix."""
    name = service.partition(".")[0]
    own = (service, f"{name}.{region}.amazonaws.com") if name in ("states", "codedeploy") else (service,)
    return (*own, *(f"{each}.cn" for each in own)) if region.startswith("cn-") else own


def _may_assume(graph: Graph, role: Resource, service: str) -> bool:
    return trust(graph, role, service).allowed is not False


RULE = Rule(
    id="IAM202",
    scope="graph",
    title="IAM role cannot be assumed",
    what="A role is used by tasks, flow logs or a database, but its trust policy does not allow that service.",
    why="ECS is unable to assume the role, and no task starts.",
    fix=(
        'Allow the service in `assume_role_policy`, for tasks: `Principal = { Service = "ecs-tasks.amazonaws.com" }`.'
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html (2026-11-24)",
    bad_terraform="""\
resource "aws_iam_role" "execution" {
  name = "shop-execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
""",
    check_graph=check,
)
