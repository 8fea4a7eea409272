"""VPC endpoint service name is misspelt."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.wording import nearest

_NAME: Final = re.compile(r"(?:com\.amazonaws|cn\.com\.amazonaws)\.[a-z0-9-]+\.([a-z0-9.-]+)")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each service with those of `facts/endpoints.json`; one that resembles none of them may well exist."""
    known = [name for service in load("endpoints")["services"].values() for name in service["names"]]
    for endpoint in graph.of_type("aws_vpc_endpoint"):
        written = endpoint.attributes.get("service_name")
        found = _NAME.fullmatch(written) if isinstance(written, str) else None
        if found is None or found[1] in known or found[1] in _OTHERS:
            continue
        near = nearest(found[1], known)
        if near:
            yield at(
                endpoint, f'has the service "{clip(found[1])}"', f'end service_name with ".{near}", if that is meant'
            )


_OTHERS: Final = (
    "ec2",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "sms",
    "ssm-contacts",
    "ssm-incidents",
    "sts-fips",
    "kms-fips",
    "s3express",
    "states",
    "email",
    "ses",
)
"""Services that exist and resemble others."""

RULE = Rule(
    id="NET263",
    scope="terraform",
    title="VPC endpoint service name is misspelt",
    what="The service of a VPC endpoint resembles a known one, but is none.",
    why="AWS rejects it at apply: InvalidServiceName.",
    fix="Write the name of the service, such as com.amazonaws.eu-west-1.secretsmanager.",
    source="facts/endpoints.json",
    severity=Severity.WARNING,  # the facts do not have every service
    bad_terraform="""\
resource "aws_vpc_endpoint" "secrets" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.eu-west-1.secretmanager"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.private_a.id, aws_subnet.private_b.id]
}
""",
    check_graph=check,
)
