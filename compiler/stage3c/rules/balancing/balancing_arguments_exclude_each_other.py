"""Load balancer arguments exclude or require each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "balancing"."""
    return combined(graph, "balancing")


RULE = Rule(
    id="LBA230",
    scope="terraform",
    title="Load balancer arguments exclude or require each other",
    what="A load balancer, listener, rule or target group has arguments that AWS does not accept together.",
    why="AWS rejects the resource at apply, after Terraform has created others.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  name                          = "shop-web"
  vpc_id                        = aws_vpc.main.id
  port                          = 8080
  protocol                      = "HTTP"
  target_type                   = "ip"
  slow_start                    = 60
  load_balancing_algorithm_type = "least_outstanding_requests"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
}
""",
    check_graph=check,
)
