"""Replacement has the same name."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "fixed_names"."""
    return combined(graph, "fixed_names")


RULE = Rule(
    id="STA230",
    scope="terraform",
    severity=Severity.WARNING,
    title="Replacement has the same name",
    what="A resource has create_before_destroy and a fixed name.",
    why="A change that replaces it fails, because the name exists until the old resource is destroyed.",
    fix="Let Terraform choose the name with `name_prefix`, or remove create_before_destroy.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  name        = "shop-web"
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
  lifecycle {
    create_before_destroy = true
  }
}
""",
    check_graph=check,
)
