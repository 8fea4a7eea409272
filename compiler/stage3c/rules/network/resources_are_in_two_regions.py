"""Resource refers to one in another region."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource

_DOCUMENTS: Final = ("policy", "tags", "user_data", "name", "name_prefix", "identifier", "description")
"""Arguments that may name anything."""
_BINDS: Final = re.compile(r"|.*\b(id|arn|name)|.*_(id|arn|name)|.*\[.*")
"""Attributes that mean the resource itself; its ranges and addresses are good in every region."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the region of each resource with that of what its own arguments name; a policy document may name anything."""
    if len({str(provider.get("region")) for provider in graph.providers}) < 2 and not _has_own_regions(graph):  # noqa: PLR2004
        return
    for resource in graph.resources.values():
        is_bound = resource.mode in ("resource", "ephemeral") and resource.type in load("regional")["sources"]
        own = region_of_resource(graph, resource) if is_bound else None
        if own:
            yield from _abroad(graph, resource, own)


def _has_own_regions(graph: Graph) -> bool:
    return any(resource.attributes.get("region") is not None for resource in graph.resources.values())


def _abroad(graph: Graph, resource: Resource, own: str) -> Iterator[Finding]:
    for argument, value in resource.attributes.items():
        if argument in _DOCUMENTS:
            continue
        for ref in (each for each in refs_in(value) if _BINDS.fullmatch(each.attribute)):
            target = graph.resources.get(ref.address)
            other = region_of_resource(graph, target) if target is not None and _is_bound(resource, target) else None
            if target is not None and other and other != own:
                cause = f"is in {own}, but its {argument} is {target.address} in {other}"
                yield at(resource, cause, "use the same provider for both")
                return


def _is_bound(resource: Resource, target: Resource) -> bool:
    facts = load("regional")
    return target.type in facts["targets"] and [resource.type, target.type] not in facts["either"]


RULE = Rule(
    id="NET260",
    scope="terraform",
    title="Resource refers to one in another region",
    what="Two resources that must be in one region, such as a subnet and its VPC, have providers of different regions.",
    why="AWS rejects it at apply: the id does not exist in that region.",
    fix="Give both the same `provider` or `region`.",
    source="facts/regional.json",
    bad_terraform="""\
resource "aws_internet_gateway" "main" {
  region = "eu-central-1"
  vpc_id = aws_vpc.main.id
}
""",
    check_graph=check,
)
