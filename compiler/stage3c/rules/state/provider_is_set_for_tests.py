"""Provider is configured for tests."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, blocks, flag
from stage3c.rules.rule import Rule

_LOCAL: Final = re.compile(r"https?://(localhost|127\.|0\.0\.0\.0|\[::1\]|localstack|host\.docker\.internal)")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every AWS provider for what emulators need and AWS does not."""
    for settings in graph.providers:
        for fault, fix in _faults(settings):
            yield Finding(f"The configuration of the AWS provider {fault}.", f"{fix}.", span=graph.provider_span)


def _faults(settings: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    if flag(settings.get("insecure")) is True:
        yield "has insecure = true, so the certificates of AWS are not checked", "remove insecure"
    for block in blocks(settings.get("endpoints")):
        local = [name for name, url in block.items() if isinstance(url, str) and _LOCAL.match(url)]
        if local:
            yield f"sends calls of {local[0]} to this machine instead of AWS", "remove endpoints"


RULE = Rule(
    id="STA202",
    scope="terraform",
    title="Provider is configured for tests",
    what="The AWS provider skips certificate checks, or has endpoints of an emulator on this machine.",
    why="An apply changes an emulator instead of AWS, or anyone on the network path can read and change its calls.",
    fix="Remove `insecure` and `endpoints`, or keep them in an override file that is not committed.",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
provider "aws" {
  region   = "eu-west-1"
  insecure = true
}
""",
    check_graph=check,
)
