"""Principal of a policy is malformed."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Value, blocks, document
from stage3c.rules.rule import Rule, at
from stage3c.views.policies import OF_RESOURCES

_SERVICES = (".amazonaws.com", ".amazonaws.com.cn")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at principals that are a text: only a star may be one."""
    for kind, argument in OF_RESOURCES:
        for resource in graph.of_type(kind):
            for text in _texts(resource.attributes.get(argument)):
                meant = "Service" if text.endswith(_SERVICES) else "AWS"
                cause = f'has Principal "{clip(text)}"; a text can only be "*"'
                yield at(resource, cause, f'write Principal = {{ {meant} = "{clip(text)}" }}')


def _texts(policy: Value) -> Iterator[str]:
    """The principals of a policy that are a text other than a star."""
    for body in blocks(document(policy)):
        for statement in blocks(body.get("Statement")):
            principal = statement.get("Principal")
            if isinstance(principal, str) and principal != "*":
                yield principal


RULE = Rule(
    id="IAM262",
    scope="terraform",
    title="Principal of a policy is malformed",
    what='A statement has a Principal that is a text other than "*".',
    why="AWS rejects the policy at apply: MalformedPolicyDocument, invalid principal.",
    fix='Write a mapping, such as `Principal = { Service = "ecs-tasks.amazonaws.com" }`.',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (2026-11-28)",
    bad_terraform="""\
resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "cloudwatch.amazonaws.com"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
  })
}
""",
    check_graph=check,
)
