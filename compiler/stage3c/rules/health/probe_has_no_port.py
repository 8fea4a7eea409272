"""Health check probe has no port."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for probes of services without a port; LBA115 reports those behind a load balancer."""
    for name, service in stack.services.items():
        if service.port is None and not service.load_balancer and service.health.live and service.health.live.probe:
            cause = f"services.{name}.health.live has a probe, but services.{name} has no port."
            yield Finding(
                cause,
                "add `port: 8080`, or write `live: {command: [CMD, /app/health]}`.",
                ("services", name, "health", "live"),
            )


RULE = Rule(
    id="HLT110",
    title="Health check probe has no port",
    what="A live check has a `probe`, but its service has no `port`.",
    why="The probe sends an HTTP request; without a port it fails, and ECS stops every task.",
    fix="Add the port that the container listens on, such as `port: 8080`, or use a `command`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="""services: {jobs: {image: "jobs:1", cpu: 256, memory_mib: 512, subnets: private, health: {live: {probe: python}}}}""",
    check_spec=check,
)
