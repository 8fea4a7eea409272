"""VPC endpoint policy denies what tasks need."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.need import Need
from stage3c.policy.proofs import proofs
from stage3c.rules.rule import Rule, found_at

_SHOWN_MAX = 4


def check(graph: Graph) -> Iterator[Finding]:
    """Ask the policy of each endpoint on the way of tasks; one finding for each endpoint."""
    refused: dict[str, dict[tuple[str, str], Need]] = {}
    for proof in proofs(graph):
        need = proof.need
        if need.endpoint is not None and proof.decision.allowed is False:
            refused.setdefault(need.endpoint.address, {})[need.action, need.resource] = need
    for address, needs in refused.items():
        first = next(iter(needs.values()))
        listed = [f"{need.action} on {need.resource}" for need in needs.values()]
        more = f", and {len(listed) - _SHOWN_MAX} more" if len(listed) > _SHOWN_MAX else ""
        shown = f"{', '.join(listed[:_SHOWN_MAX])}{more}"
        cause = f"{first.origin.address} {first.why}, but the policy of {address} does not allow {shown}."
        fix = f"allow {first.action} on {first.resource} in the policy of {address}, or remove the policy."
        yield found_at(graph.resources[address], cause, fix)


RULE = Rule(
    id="IAM213",
    scope="terraform",
    title="VPC endpoint policy denies what tasks need",
    what=(
        "Tasks call an AWS service through a VPC endpoint whose policy does not allow the call. Image layers come from a "
        "bucket that belongs to AWS, so a policy that allows only your own buckets blocks image pulls."
    ),
    why="Tasks do not start: CannotPullContainerError or ResourceInitializationError, with 403 Forbidden.",
    fix=(
        "Allow the action in the policy of the endpoint; for image layers, s3:GetObject on "
        "arn:aws:s3:::prod-REGION-starport-layer-bucket/* for every principal."
    ),
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms (2026-11-28)",
    bad_terraform="""\
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.private.id]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::shop-uploads/*"
      Principal = "*"
    }]
  })
}
""",
    good_terraform="""\
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.private.id]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
      Principal = "*"
    }]
  })
}
""",
    check_graph=check,
)
