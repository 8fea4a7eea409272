"""A stack made in the account in less than a second, in the order of its references, without Terraform.

What is made has the tags that are asked for, whoever shall have made it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct
from stage3c.graph import Graph, Resource
from stage3c.language.model.stack import Stack
from stage3c.pipeline import compile_spec
from stage3c.resources.stack import default_tags

from tests.live.safety import values
from tests.live.safety.account import NUMBER, World
from tests.live.safety.making import MAKERS, OF_A_WHOLE, TAGGED

Made = dict[str, dict[str, Any]]
OwnerOf = Callable[[Resource, dict[str, str]], dict[str, str]]


class Compiled(Struct, frozen=True):
    """One environment of a spec, compiled."""

    spec: Path
    stack: Stack
    graph: Graph
    env: str | None = None

    @property
    def managed(self) -> list[Resource]:
        """What is made, in an order that works."""
        return values.in_order(self.graph)

    @property
    def tags(self) -> dict[str, str]:
        """What everything of the stack carries."""
        return default_tags(self.stack)

    def ancestors(self, address: str) -> set[str]:
        """All that a resource stands on, and itself; ECS refuses services whose target group no listener has."""
        found: set[str] = set()
        left = {address}
        while left:
            here = left.pop()
            if here not in found and here in self.graph.resources:
                found.add(here)
                resource = self.graph.resources[here]
                listeners = {each for each in resource.depends_on if each.startswith("aws_lb_listener")}
                left |= values.parents(resource) | listeners
        return {each for each in found if self.graph.resources[each].mode == "resource"}

    def descendants(self, address: str) -> set[str]:
        """All that stands on a resource, and itself."""
        return {each.address for each in self.managed if address in self.ancestors(each.address)}


def compiled(spec: Path, env: str | None = None) -> Compiled:
    """Compile a spec that must be clean."""
    compilation = compile_spec(spec.read_bytes(), str(spec), env)
    (build,) = compilation.builds
    assert build.graph, [each.cause for each in compilation.diagnostics]
    return Compiled(spec, build.stack, build.graph, env)


def plainly(_resource: Resource, tags: dict[str, str]) -> dict[str, str]:
    """As Terraform tags it."""
    return tags


@dataclass
class Deployer:
    """Makes resources of one stack; what exists already, by another run or hand, is given as `made`."""

    world: World
    what: Compiled
    made: Made = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made.setdefault("data.aws_caller_identity.current", {"account_id": NUMBER})
        if self.what.stack.domain:
            self.made.setdefault("data.aws_route53_zone.main", {"zone_id": self._zone(self.what.stack.domain.zone)})

    def make(self, only: Collection[str] | None = None, owner: OwnerOf = plainly) -> Made:
        """Make all, or these, with all that they refer to made before; return what was made now."""
        now: Made = {}
        for resource in self.what.managed:
            if resource.address in self.made or (only is not None and resource.address not in only):
                continue
            now[resource.address] = self.made[resource.address] = self._make(resource, owner)
        return now

    def _make(self, resource: Resource, owner: OwnerOf) -> dict[str, Any]:
        given = values.arguments(resource, self.made)
        own = {**self.what.tags, **given.get("tags", {})}
        tags = owner(resource, own) if resource.type in TAGGED else own if resource.type in OF_A_WHOLE else {}
        told = MAKERS[resource.type](self.world, given, tags)
        kept = {name: value for name, value in given.items() if name != "tags" and "_wo" not in name}
        return {**kept, **({"tags_all": tags} if resource.type in TAGGED | OF_A_WHOLE else {}), **told}

    def _zone(self, name: str) -> str:
        route53 = self.world.client("route53")
        there = [each for each in route53.list_hosted_zones()["HostedZones"] if each["Name"] == f"{name}."]
        made = there[0] if there else route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]
        return str(made["Id"]).rpartition("/")[2]


def ids(made: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The id by address."""
    return {address: str(told["id"]) for address, told in made.items() if not address.startswith("data.")}
