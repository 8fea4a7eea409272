"""Arguments of services around the stack exclude or require each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "companions"."""
    return combined(graph, "companions")


RULE = Rule(
    id="LIM234",
    scope="terraform",
    title="Arguments of a service around the stack exclude or require each other",
    what="A queue, cache, file system, distribution, event rule or the like has arguments that AWS does not accept together.",
    why="AWS rejects the resource at apply, after Terraform has created others.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_sqs_queue" "orders" {
  name       = "shop-orders"
  fifo_queue = true
}
""",
    good_terraform="""\
resource "aws_sqs_queue" "orders" {
  name       = "shop-orders.fifo"
  fifo_queue = true
}
""",
    check_graph=check,
)
