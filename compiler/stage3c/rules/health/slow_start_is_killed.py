"""Health check ends tasks that start slowly."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services

_QUICK_SECONDS: Final = 45
"""What most applications start within; JVMs and images that migrate a database take longer."""
_DEFAULTS: Final = {
    "interval": 30,
    "unhealthy_threshold": 3,
    "healthy_threshold": 3,
}  # of Terraform's aws_lb_target_group


def check(graph: Graph) -> Iterator[Finding]:
    """Look at each service with a grace period, and at its target groups."""
    for service in services(graph).values():
        grace = number(service.resource.attributes.get("health_check_grace_period_seconds"))
        for group in {t.group.address: t.group for t in service.targets if t.group}.values():
            if grace and group.mode == "resource":
                yield from _finding(service, group, grace)


def _finding(service: Service, group: Resource, grace: int) -> Iterator[Finding]:
    """A start, in seconds, within the grace period that ends in a killed task.

    A new target is healthy after one check, but one that failed too often needs as many good ones as any other:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (2026-11-28)
    """
    check = next(iter(blocks(group.attributes.get("health_check"))), {})
    interval, unhealthy, healthy = (number(check.get(key, default)) for key, default in _DEFAULTS.items())
    if not interval or unhealthy is None or healthy is None:
        return
    given_up, too_late = (unhealthy - 1) * interval, grace - healthy * interval
    slow = max(given_up, too_late)
    if given_up < grace and slow < _QUICK_SECONDS:
        yield at(
            group,
            f"marks a task unhealthy that needs more than {slow} s to start, and has no time to see it healthy again within "
            f"health_check_grace_period_seconds {grace} of {service.resource.address}",
            f"set unhealthy_threshold = {-(-90 // interval) + 1} in health_check, or a longer grace period",
        )


RULE = Rule(
    id="HLT280",
    scope="terraform",
    title="Health check ends tasks that start slowly",
    severity=Severity.NOTE,
    what=(
        "A target is marked unhealthy before a slow application listens, and the grace period of the service ends before "
        "enough checks have succeeded to mark it healthy again."
    ),
    why="ECS stops the task although it works by then, starts another, and the deployment never ends or fails.",
    fix="Raise `unhealthy_threshold`, or set the grace period to the start-up time plus interval times healthy_threshold.",
    source="https://github.com/GuardBench/guardbench-backend/issues/166",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  name_prefix          = "shop-"
  vpc_id               = aws_vpc.main.id
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  deregistration_delay = 30
  health_check {
    path                = "/ready"
    matcher             = "200"
    interval            = 30
    unhealthy_threshold = 2
    healthy_threshold   = 5
  }
  lifecycle {
    create_before_destroy = true
  }
}
""",
    check_graph=check,
)
