"""Load balancer has fewer than two availability zones."""

import re
from collections.abc import Iterator, Sequence

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, is_known, items
from stage3c.rules.rule import Rule, at, found_at
from stage3c.views.load_balancers import load_balancers
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the zones of the subnets, as far as they are known; ALBs on Outposts are not spoken of."""
    for view in load_balancers(graph):
        balancer, written = view.resource, view.subnets
        if view.kind != "application" or balancer.attributes.get("customer_owned_ipv4_pool") is not None:
            continue
        if written is None and not graph.is_handed_out(balancer):
            yield at(balancer, "has no subnets", "set subnets = [aws_subnet.a.id, aws_subnet.b.id], in two zones")
        if isinstance(written, str) or not isinstance(written, list | tuple) or not is_known(written):
            continue
        cause = _fault(graph, balancer, items(written))
        if cause:
            fix = "set subnets to one subnet in each of two zones, such as [aws_subnet.a.id, aws_subnet.b.id]."
            yield found_at(balancer, cause, fix)


def _fault(graph: Graph, balancer: Resource, subnets: Sequence[object]) -> str | None:
    wholes = [subnet for subnet in subnets if isinstance(subnet, Ref | str)]
    if len(wholes) != len(subnets) or any(isinstance(s, Ref) and s.attribute != "id" for s in wholes):
        return None
    if any(_is_beside_a_region(graph, target) for target in map(graph.target, wholes) if target):
        return None
    if len(set(wholes)) < 2:  # noqa: PLR2004 - AWS's minimum
        return (
            f"{balancer.address} has {len(set(wholes))} subnet{'s' * (len(set(wholes)) != 1)}; AWS requires two zones."
        )
    zones: dict[str, str] = {}
    for subnet in wholes:
        target = graph.target(subnet)
        zone = graph.resolved(target.attributes.get("availability_zone")) if target else None
        key = str(zone) if isinstance(zone, str | Ref) else ""
        if target and key and zones.setdefault(key, target.address) != target.address:
            return f"{balancer.address}: {listed([zones[key], target.address])} are in the same zone, {key}."
    return None


def _is_beside_a_region(graph: Graph, subnet: Resource) -> bool:
    """Tell whether a subnet is on an Outpost or in a Local Zone such as us-west-2-lax-1a, where one is enough."""
    zone = graph.resolved(subnet.attributes.get("availability_zone"))
    is_local = isinstance(zone, str) and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]+-[a-z]+-[0-9]+[a-z]", zone) is not None
    return is_local or subnet.attributes.get("outpost_arn") is not None


RULE = Rule(
    id="NET210",
    scope="terraform",
    title="Load balancer has fewer than two availability zones",
    what="An application load balancer has fewer than two subnets, or two in the same zone.",
    why="AWS rejects it at apply: at least two subnets in two different Availability Zones must be specified.",
    fix="Set `subnets` to one subnet in each of two or more zones.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb" "web" {
  subnets         = [aws_subnet.public_a.id]
  security_groups = [aws_security_group.load_balancer.id]
}
""",
    check_graph=check,
)
