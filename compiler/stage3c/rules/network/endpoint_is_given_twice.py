"""An endpoint that is listed two times."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for an endpoint that stands earlier in the list."""
    endpoints = stack.network.endpoints
    for position, endpoint in enumerate(endpoints):
        if endpoint in endpoints[:position]:
            cause = f"{endpoint} stands at position {endpoints.index(endpoint)} already."
            yield Finding(cause, "remove it.", ("network", "endpoints", position))


RULE = Rule(
    id="NET118",
    title="Endpoint is given twice",
    what="`network.endpoints` names one AWS service two times.",
    why="A VPC takes only one endpoint with private DNS for each service.",
    fix="Remove the second.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    bad="network: {endpoints: [s3, ecr, s3]}",
    essential=True,
    check_spec=check,
)
