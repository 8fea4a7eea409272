"""IAM name has no project in it."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.wording import words_in

_NAMED: Final = ("aws_iam_role", "aws_iam_policy", "aws_iam_instance_profile", "aws_iam_user", "aws_iam_group")
_GENERIC: Final = frozenset({
    "access", "action", "actions", "admin", "and", "api", "app", "application", "assume", "auto", "autoscaling",
    "aws", "backend", "basic", "beanstalk", "build", "ci", "cd", "cluster", "codebuild", "codedeploy",
    "codepipeline", "container", "containers", "cron", "custom", "db", "database", "default", "demo", "deploy",
    "deployment", "dev", "development", "ec", "ecr", "ecs", "elastic", "elasticbeanstalk", "enhanced", "event",
    "eventbridge", "events", "example", "exec", "execution", "fargate", "flow", "for", "frontend", "github",
    "group", "iam", "instance", "lambda", "log", "logs", "main", "monitoring", "my", "node", "oidc", "pipeline",
    "policy", "prod", "production", "profile", "project", "rds", "read", "role", "s3", "s", "scaling",
    "scheduler", "secret", "secrets", "server", "service", "ssm", "stage", "staging", "task", "tasks",
    "terraform", "test", "the", "user", "vpc", "web", "worker", "write",
})  # fmt: skip
"""Words that say what a thing is for, and not whose it is."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look for names that another stack may well have too."""
    for resource in graph.of_type(*_NAMED):
        name = resource.attributes.get("name")
        words = {word.lower() for word in words_in(name)} if isinstance(name, str) else set()
        if words and all(word in _GENERIC or word.isdigit() for word in words):
            yield at(
                resource,
                f'has name "{clip(str(name))}", without the project in it; IAM names are unique in the account, so a second '
                "stack of this kind fails with EntityAlreadyExists",
                f'set name = "shop-prod-{clip(str(name))}" with your project and environment, or use name_prefix',
            )


RULE = Rule(
    id="NAM280",
    scope="terraform",
    title="IAM name has no project in it",
    severity=Severity.WARNING,
    what="The fixed name of an IAM role, policy or user consists of general words alone, such as `ecs-task-role`.",
    why=(
        "IAM names are unique in an account, across regions. The next stack with the same name, or a role that the "
        "console made, stops the apply with EntityAlreadyExists."
    ),
    fix="Put project and environment into the name, or use `name_prefix`.",
    source="https://github.com/milliHQ/terraform-aws-next-js/issues/326",
    bad_terraform="""\
resource "aws_iam_role" "task" {
  name = "ecs-task-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
  })
}
""",
    check_graph=check,
)
