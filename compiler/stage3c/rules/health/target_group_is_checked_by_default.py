"""A target group whose readiness nobody chose."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, blocks
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, target_groups


def check(graph: Graph) -> Iterator[Finding]:
    """Look for the block, the path and the matcher of groups that speak HTTP."""
    for group in target_groups(graph):
        if group.attributes.get("protocol", "HTTP") not in ("HTTP", "HTTPS"):
            continue
        settings = group.attributes.get("health_check")
        missing = [key for block in blocks(settings) for key in ("path", "matcher") if block.get(key) is None]
        if settings is None or missing:
            what = "has no health_check" if settings is None else f"has a health_check without {' and '.join(missing)}"
            yield at(group, what, "write which path is asked, and what is a good answer")


RULE = Rule(
    id="HLT202",
    scope="terraform",
    title="Target group is checked by default only",
    what="A target group says nothing of its health check, or not which path is asked and what is a good answer.",
    why="The default asks for / and takes 200 alone: it says nothing of the database, and fails on a redirect.",
    fix="Write a health_check block with a path that touches what the service needs, and a matcher.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
}
""",
    check_graph=check,
)
