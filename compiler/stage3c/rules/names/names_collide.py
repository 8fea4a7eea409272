"""Two resources of one name."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.aws.names import NameLimit, known_kinds, limit_for
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Resource
from stage3c.rules.rule import Rule

_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_ecs_service": ("cluster",),
    "aws_security_group": ("vpc_id",),
    "aws_iam_role_policy": ("role",),
    "aws_route53_record": ("zone_id", "type", "set_identifier"),
    "aws_cloudwatch_event_rule": ("event_bus_name",),
    "aws_cloudwatch_log_stream": ("log_group_name",),
    "aws_cloudwatch_log_metric_filter": ("log_group_name",),
    "aws_appautoscaling_policy": ("service_namespace", "resource_id", "scalable_dimension"),
    "aws_appautoscaling_scheduled_action": ("service_namespace", "resource_id", "scalable_dimension"),
    "aws_service_discovery_service": ("namespace_id",),
    "aws_wafv2_web_acl": ("scope",),
    "aws_wafv2_ip_set": ("scope",),
}
"""The arguments within which a kind's names are unique; where none is named, it is the account and region."""
_SHARED: Final[Mapping[str, str]] = {
    "aws_cloudwatch_composite_alarm": "aws_cloudwatch_metric_alarm",
    "aws_elb": "aws_lb",
}
"""Kinds whose names share a scope with another kind's."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look for names that an earlier resource of the scope has; names that are not known before apply are passed over."""
    owners: dict[tuple[str, ...], Resource] = {}
    for limit in _unique_names({resource.type for resource in graph.resources.values()}):
        for resource in graph.of_type(limit.type):
            name = resource.attributes.get(limit.attribute)
            if not isinstance(name, str) or not name:
                continue
            owner = owners.setdefault(_scope(resource, limit, name), resource)
            if owner is not resource:
                cause = f'{resource.address} and {owner.address} are both named "{clip(name)}" within {limit.unique_within}.'
                origin = resource.origin
                yield Finding(
                    cause, "give one of them another name, or remove the fixed name.", origin.path, origin.span
                )


def _unique_names(types: set[str]) -> Iterator[NameLimit]:
    """The limits of whole arguments that must be unique among resources; a task definition's family is not."""
    for kind in known_kinds():
        limit = limit_for(kind) if kind.partition(".")[0] in types else None
        if limit is None or not limit.unique_within or "next revision" in limit.unique_within:
            continue
        if limit.type in _SCOPES or limit.unique_within.startswith(("account", "global")):
            yield limit


def _scope(resource: Resource, limit: NameLimit, name: str) -> tuple[str, ...]:
    kind = _SHARED.get(resource.type, resource.type)
    within = (repr(resource.attributes.get(argument)) for argument in ("provider", *_SCOPES.get(resource.type, ())))
    region = (
        ()
        if limit.unique_within.startswith("global")
        else (resource.provider or "", repr(resource.attributes.get("region")))
    )
    return (kind, limit.attribute, name.casefold() if limit.unique_ignoring_case else name, *within, *region)


RULE = Rule(
    id="NAM102",
    title="Names collide",
    what=("Two resources of a kind have the same AWS name within the scope in which AWS wants it to be unique."),
    why="AWS refuses the second as already existing, or the second silently overwrites the first.",
    fix="Give one of them another name, or leave the name to the compiler.",
    source="facts/names.json (unique_within)",
    bad="""\
load_balancers:
  public: {name: shop}
  internal: {name: shop}
""",
    check_graph=check,
)
