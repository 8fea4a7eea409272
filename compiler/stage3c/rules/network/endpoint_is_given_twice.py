"""VPC endpoint is listed twice."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for an endpoint that stands earlier in the list."""
    endpoints = stack.network.endpoints
    for position, endpoint in enumerate(endpoints):
        if endpoint in endpoints[:position]:
            cause = f"{endpoint} is listed twice in network.endpoints."
            yield Finding(cause, "remove one of the two.", ("network", "endpoints", position))


RULE = Rule(
    id="NET118",
    title="VPC endpoint is listed twice",
    what="`network.endpoints` lists the same AWS service twice.",
    why="A VPC can have only one endpoint with private DNS per service.",
    fix="Remove one of the two.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    bad="network: {endpoints: [s3, ecr, s3]}",
    essential=True,
    check_spec=check,
)
