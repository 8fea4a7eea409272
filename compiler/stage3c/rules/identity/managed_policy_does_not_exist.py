"""AWS managed policy does not exist."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, items
from stage3c.rules.rule import Rule, at

_PREFIX = "arn:aws:iam::aws:policy"


def check(graph: Graph) -> Iterator[Finding]:
    """Look for policies that `facts/iam_managed_policies.json` has under another path."""
    paths, documents = load("iam_managed_policies")["paths"], load("iam_managed_policies")["documents"]
    for resource in graph.of_type("aws_iam_role_policy_attachment", "aws_iam_role", "aws_iam_policy_attachment"):
        for key in ("policy_arn", "managed_policy_arns"):
            for value in items(resource.attributes.get(key)):
                arn = graph.resolved(value)
                name = arn.rpartition("/")[2] if isinstance(arn, str) and arn.startswith(f"{_PREFIX}/") else ""
                right = f"{_PREFIX}{paths.get(name, '/')}{name}"
                if name in documents and arn != right:
                    yield at(resource, f"has the policy {arn}, which does not exist", f'use "{right}"')


RULE = Rule(
    id="IAM267",
    scope="terraform",
    title="AWS managed policy does not exist",
    what="The ARN of an AWS managed policy has the wrong path.",
    why="IAM rejects it at apply: NoSuchEntity.",
    fix="Write the path that the finding names, such as `policy/service-role/`.",
    source="facts/iam_managed_policies.json",
    bad_terraform="""\
resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"
}
""",
    good_terraform="""\
resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
""",
    check_graph=check,
)
