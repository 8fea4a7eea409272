"""Probe has no port to ask."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for probes of services without a port."""
    for name, service in stack.services.items():
        if service.port is None and service.health.live and service.health.live.probe:
            cause = f"{name} listens on no port that its probe could ask."
            yield Finding(cause, "add port, or write live: {command: [CMD, …]}.", ("services", name, "health", "live"))


RULE = Rule(
    id="HLT110",
    title="Probe has no port to ask",
    what="A live check has a `probe`, and its service has no `port`.",
    why=("The probe asks over HTTP; without a port it would ask where nothing listens, and ECS would kill every task."),
    fix="Give the service its port, or the check a `command`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="""services: {jobs: {image: "jobs:1", cpu: 256, memory_mib: 512, subnets: private, health: {live: {probe: python}}}}""",
    check_spec=check,
)
