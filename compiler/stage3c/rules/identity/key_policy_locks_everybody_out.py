"""Key policy locks everyone out."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, flag
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import Statement, statements_in


def check(graph: Graph) -> Iterator[Finding]:
    """KMS requires that some principal of an account may still change the policy."""
    for key in graph.of_type("aws_kms_key", "aws_kms_key_policy"):
        statements = statements_in(graph, key) if key.attributes.get("policy") is not None else None
        unchecked = flag(key.attributes.get("bypass_policy_lockout_safety_check"), default=False) is not False
        if statements is not None and not unchecked and not any(map(_lets_change, statements)):
            yield at(
                key,
                "has a policy that no account, role or user may change again",
                'add a statement: Allow, Principal = { AWS = "arn:aws:iam::ACCOUNT:root" }, kms:*',
            )


def _lets_change(statement: Statement) -> bool:
    """Whether this may be the statement that KMS asks for; what is not known may be."""
    if not statement.allows:
        return False
    if statement.principals is None or statement.actions is None or statement.not_actions != ():
        return True
    people = any(not principal.startswith("Service:") for principal in statement.principals)
    return people and any(fnmatchcase("kms:putkeypolicy", action.lower()) for action in statement.actions)


RULE = Rule(
    id="IAM263",
    scope="terraform",
    title="Key policy locks everyone out",
    what="The policy of a KMS key allows kms:PutKeyPolicy to no account, role or user.",
    why="KMS rejects it: the new key policy will not allow you to update the key policy in the future.",
    fix='Allow `kms:*` to `Principal = { AWS = "arn:aws:iam::ACCOUNT:root" }`, as the default policy does.',
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html (from memory)",
    bad_terraform="""\
resource "aws_kms_key" "main" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "rds.amazonaws.com" }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "*"
    }]
  })
}
""",
    good_terraform="""\
resource "aws_kms_key" "main" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
""",
    check_graph=check,
)
