"""KMS key cannot be used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "keys"."""
    return combined(graph, "keys")


RULE = Rule(
    id="SEC230",
    scope="terraform",
    title="KMS key cannot be used",
    what="A resource is encrypted with a KMS key that is disabled or made for signatures.",
    why="AWS rejects the resource at apply, or can no longer read its data.",
    fix="Enable the key, or use a symmetric key for encryption.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_kms_key" "main" {
  is_enabled          = false
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "api" {
  name       = "shop/api"
  kms_key_id = aws_kms_key.main.arn
}
""",
    check_graph=check,
)
