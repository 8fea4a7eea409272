"""Two resources have the same AWS name."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.aws.names import NameLimit, known_kinds, limit_for
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Resource, flag
from stage3c.rules.rule import Rule, found_at

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
    for scope, name, resource, limit in unique_names(graph):
        owner = owners.setdefault(scope, resource)
        if owner is not resource and not (_may_overwrite(resource) or _may_overwrite(owner)):
            cause = (
                f'{resource.address} and {owner.address} are both named "{clip(name)}", '
                f"which must be unique per {limit.unique_within}."
            )
            yield found_at(resource, cause, f'rename one of them, such as "{clip(name)}-2".')


def _may_overwrite(resource: Resource) -> bool:
    """Tell whether a DNS record takes the place of one that exists."""
    return flag(resource.attributes.get("allow_overwrite"), default=False) is not False


def unique_names(graph: Graph) -> Iterator[tuple[tuple[str, ...], str, Resource, NameLimit]]:
    """Each name that AWS keeps unique, with its scope: what two resources must not share."""
    for limit in _unique_names({resource.type for resource in graph.resources.values()}):
        for resource in graph.of_type(limit.type):
            name = resource.attributes.get(limit.attribute)
            if isinstance(name, str) and name:
                yield _scope(resource, limit, name), name, resource, limit


def account_names(graph: Graph) -> Iterator[tuple[tuple[str, ...], Resource, NameLimit]]:
    """The names that must be unique in an account, whatever stack has them; a family of task definitions is one too."""
    for limit in _limits({resource.type for resource in graph.resources.values()}):
        if limit.unique_within.startswith(("account", "global")) and limit.type not in _SCOPES:
            for resource in graph.of_type(limit.type):
                name = resource.attributes.get(limit.attribute)
                if isinstance(name, str) and name:
                    yield _scope(resource, limit, name)[:3], resource, limit


def _unique_names(types: set[str]) -> Iterator[NameLimit]:
    """The limits of whole arguments that must be unique among resources; a task definition's family is not."""
    for limit in _limits(types):
        if "next revision" in limit.unique_within:
            continue
        if limit.type in _SCOPES or limit.unique_within.startswith(("account", "global")):
            yield limit


def _limits(types: set[str]) -> Iterator[NameLimit]:
    kinds = (kind for kind in known_kinds() if kind.partition(".")[0] in types)
    yield from (limit for limit in map(limit_for, kinds) if limit and limit.unique_within)


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
    scope="graph",
    title="Two resources have the same AWS name",
    what="Two resources of a type have the same AWS name, where AWS requires it to be unique.",
    why="AWS rejects the second because it already exists, or the second silently overwrites the first.",
    fix="Rename one of them, or remove the fixed name for a generated one.",
    source="facts/names.json (unique_within)",
    bad="""\
load_balancers:
  public: {name: shop}
  internal: {name: shop}
""",
    check_graph=check,
)
