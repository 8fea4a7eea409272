"""Readiness check looks like a liveness check."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services_of

_SHALLOW = (
    "/ping",
    "/alive",
    "/live",
    "/livez",
    "/liveness",
    "/health/live",
    "/up",
    "/index.html",
    "/robots.txt",
    "/favicon.ico",
)
_DATABASES = ("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the path that a target group asks for with what its service uses."""
    for group in graph.of_type("aws_lb_target_group"):
        users = [each for service in services_of(graph, group) for each in _databases(graph, service)]
        for settings in blocks(group.attributes.get("health_check")) if users else ():
            path = settings.get("path")
            if isinstance(path, str) and path.rstrip("/").lower() in _SHALLOW:
                cause = f"has the liveness path {path[:40]}, although its service uses {users[0].address}"
                yield at(group, cause, 'set path = "/ready" and run a query in that endpoint')


def _databases(graph: Graph, service: Service) -> list[Resource]:
    written = service.task.resource.attributes.get("container_definitions") if service.task else None
    targets = map(graph.target, refs_in(written))
    return [target for target in targets if target is not None and target.type in _DATABASES]


RULE = Rule(
    id="HLT221",
    scope="terraform",
    title="Readiness check looks like a liveness check",
    severity=Severity.WARNING,
    what=(
        "A service uses a database, but the path of its target group only shows that the process runs, "
        "judging by its name."
    ),
    why="A task that cannot reach its database counts as healthy and answers every request with an error.",
    fix=('Use a path that runs a query, such as `path = "/ready"`, and keep the other for the container health check.'),
    source="https://aws.amazon.com/builders-library/implementing-health-checks/",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/ping"
    matcher = "200"
  }
}
""",
    check_graph=check,
)
