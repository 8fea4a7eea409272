"""VPC endpoint service name is misspelt or of another region."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import home_region
from stage3c.wording import misspelt

_NAME: Final = re.compile(r"(?:com\.amazonaws|cn\.com\.amazonaws)\.([a-z0-9-]+)\.([a-z0-9.-]+)")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each service with those of `facts/endpoints.json`, which lacks many: only a slip is a fault."""
    known = [name for service in load("endpoints")["services"].values() for name in service["names"]]
    for endpoint in graph.of_type("aws_vpc_endpoint"):
        written = endpoint.attributes.get("service_name")
        found = _NAME.fullmatch(written) if isinstance(written, str) else None
        near = _meant(found[2], known) if found and found[2] not in known else None
        if found and near:
            cause = f'has the service "{clip(found[2])}", which resembles "{near}"'
            yield at(endpoint, cause, f'end service_name with ".{near}"')
        home = home_region(graph, endpoint)
        here = "«" in home or endpoint.attributes.get("service_region") is not None
        if found and not here and found[1] != home and found[1] in load("regions")["zone_letters_by_region"]:
            cause = f"has a service of {found[1]}, but is in {home}"
            yield at(endpoint, cause, f'set service_name = "com.amazonaws.{home}.{clip(found[2])}"')


def _meant(name: str, known: Sequence[str]) -> str | None:
    """The service that a name is a slip of, or the first half of: `ecr` for `ecr.api`."""
    return misspelt(name, known) or next((each for each in known if each.startswith(f"{name}.")), None)


RULE = Rule(
    id="NET263",
    scope="terraform",
    title="VPC endpoint service name is misspelt or of another region",
    what="The service name of a VPC endpoint resembles a known one, or is of another region than the endpoint.",
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
