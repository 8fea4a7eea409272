"""Resource is used from another region."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Value, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import home_region, partition_of, region_of
from stage3c.views.regions import region_of_resource

_ARGUMENTS: Final = {
    "aws_cloudwatch_log_group": ("kms_key_id",),
    "aws_db_instance": ("kms_key_id", "db_subnet_group_name", "vpc_security_group_ids"),
    "aws_ecs_service": ("cluster", "network_configuration.subnets"),
    "aws_lb": ("subnets", "security_groups"),
    "aws_lb_listener": ("certificate_arn", "load_balancer_arn", "default_action.target_group_arn"),
    "aws_secretsmanager_secret": ("kms_key_id",),
}
_PARTITION: Final = re.compile(r"arn:aws(-cn|-us-gov)?:")
_NAMES_A_RESOURCE: Final = re.compile(r"(.*_)?(arns?|actions|role|key_id)")
_FIELDS: Final = 6
_REGIONAL: Final = ("acm", "kms", "elasticloadbalancing", "ecs")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the region of each resource with that of what it refers to, where both are known."""
    for kind, paths in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            own = region_of_resource(graph, resource)
            for path in paths if own else ():
                other = next(
                    (found for value in _ends(resource.attributes, path) if (found := _region(graph, value))), None
                )
                if other and other != own:
                    cause = f"is in {own}, but its {path} is in {other}"
                    yield at(resource, cause, f"use one in {own}")
    if "«" not in region_of(graph):
        yield from _of_other_partitions(graph, f"arn:{partition_of(graph)}:")


def _of_other_partitions(graph: Graph, start: str) -> Iterator[Finding]:
    """An ARN of China or GovCloud means nothing elsewhere, and the other way round; as a mere text it may stand anywhere."""
    for resource in graph.resources.values():
        is_here = resource.type.startswith("aws_") and home_region(graph, resource) == region_of(graph)
        for key, value in resource.attributes.items() if resource.mode == "resource" and is_here else ():
            for arn in items(value) if _NAMES_A_RESOURCE.fullmatch(key) else ():
                if isinstance(arn, str) and _PARTITION.match(arn) and not arn.startswith(start):
                    cause = f"has {key} in another partition than its own: {arn.partition(':')[2].partition(':')[0]}"
                    yield at(resource, cause, f"use an ARN that starts with {start}")


def _ends(value: Value, path: str) -> list[Value]:
    here: list[Value] = [value]
    for key in path.split("."):
        here = [inner for each in here for block in blocks(each) for inner in items(block.get(key))]
    return here


def _region(graph: Graph, value: Value) -> str | None:
    value = graph.resolved(value)
    if isinstance(value, Ref):
        target = graph.target(value)
        is_made = target is not None and target.mode == "resource" and target.type.startswith("aws_")
        if target is not None and target.type.startswith("aws_iam_"):
            return None  # IAM is global, whichever region its provider has
        return region_of_resource(graph, target) if target is not None and is_made else None
    parts = value.split(":") if isinstance(value, str) and value.startswith("arn:") else []
    return parts[3] or None if len(parts) >= _FIELDS and parts[2] in _REGIONAL else None


RULE = Rule(
    id="LIM233",
    scope="terraform",
    title="Resource is used from another region",
    what="A resource uses a certificate, key, cluster or network part of another region.",
    why="AWS rejects it at apply: a load balancer, for example, only takes certificates of its own region.",
    fix="Create what it uses in the same region.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html (2026-11-28)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
""",
    check_graph=check,
)
