"""Target group has no health check path."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, blocks
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look for the block, the path and the matcher of groups that speak HTTP."""
    for group in graph.of_type("aws_lb_target_group"):
        if group.attributes.get("protocol", "HTTP") not in ("HTTP", "HTTPS"):
            continue
        settings = group.attributes.get("health_check")
        missing = [key for block in blocks(settings) for key in ("path", "matcher") if block.get(key) is None]
        if settings is None or missing:
            what = "has no health_check" if settings is None else f"has a health_check without {' and '.join(missing)}"
            yield at(group, what, 'set path = "/ready" and matcher = "200" in health_check')


RULE = Rule(
    id="HLT202",
    scope="terraform",
    title="Target group has no health check path",
    what="A target group has no health_check block, or one without path or matcher.",
    why=("The default path is / and the default matcher 200: it does not query the database, and fails on a redirect."),
    fix='Set `path = "/ready"` and `matcher = "200"` in `health_check`.',
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
