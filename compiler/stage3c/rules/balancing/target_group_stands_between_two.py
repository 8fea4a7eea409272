"""Target group does not match its load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, items
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import LoadBalancer, balancers_of, load_balancer
from stage3c.views.services import services_of
from stage3c.wording import listed

_SPOKEN = {"application": ("HTTP", "HTTPS"), "network": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")}


def check(graph: Graph) -> Iterator[Finding]:
    """Collect the load balancers that forward to each group, and compare VPC and protocol with theirs."""
    for group in graph.of_type("aws_lb_target_group"):
        balancers = [each for each in balancers_of(graph, group) if each.mode == "resource"]
        if len(balancers) > 1:
            names = listed(sorted(each.address for each in balancers))
            yield at(group, f"is used by {names}", "create one aws_lb_target_group per load balancer")
        for balancer in (load_balancer(graph, each) for each in balancers):
            fault = _fault(graph, group, balancer) if balancer else None
            if fault:
                yield at(group, *fault)
        for service in services_of(graph, group) if balancers else ():
            elsewhere = _elsewhere(graph, group, [block.get("subnets") for block in service.network])
            if elsewhere:
                cause = f"is in {elsewhere[0]}, but {service.resource.address} runs in {listed(elsewhere[1])}"
                yield at(group, cause, f"set vpc_id = {elsewhere[1][0]}.id")


def _fault(graph: Graph, group: Resource, balancer: LoadBalancer) -> tuple[str, str] | None:
    kind, protocol, address = balancer.kind, group.attributes.get("protocol"), balancer.resource.address
    spoken = _SPOKEN.get(kind) if isinstance(kind, str) else None
    if spoken and isinstance(protocol, str) and protocol.upper() not in spoken:
        return f"has protocol {protocol[:20]}, but {address} is of type {kind}", f'set protocol = "{spoken[0]}"'
    elsewhere = _elsewhere(graph, group, [balancer.resource.attributes.get("subnets")])
    if elsewhere is None:
        return None
    return f"is in {elsewhere[0]}, but {address} is in {listed(elsewhere[1])}", f"set vpc_id = {elsewhere[1][0]}.id"


def _elsewhere(graph: Graph, group: Resource, subnets: list[Value]) -> tuple[str, list[str]] | None:
    """The VPC of a group and those of subnets, sorted, where the group is in none of them."""
    vpc, vpcs = _vpc(graph, group.attributes.get("vpc_id")), _vpcs(graph, subnets)
    return (vpc, sorted(vpcs)) if vpc and vpcs and vpc not in vpcs else None


def _vpcs(graph: Graph, subnets: list[Value]) -> set[str]:
    """The VPCs of subnets, where each is known; nothing where one is not."""
    members = [member for value in subnets for member in items(value)]
    found = [_vpc(graph, graph.resolved(Ref(m.address, "vpc_id"))) if isinstance(m, Ref) else None for m in members]
    return {vpc for vpc in found if vpc} if all(found) else set()


def _vpc(graph: Graph, value: Value) -> str | None:
    """The address of the VPC that an argument means, if this stack makes it."""
    target = graph.target(graph.resolved(value))
    return target.address if target is not None and target.type == "aws_vpc" and target.mode == "resource" else None


RULE = Rule(
    id="LBA221",
    scope="terraform",
    title="Target group does not match its load balancer",
    what=(
        "Listeners of two load balancers forward to one target group, or its VPC or protocol differs from "
        "that of the load balancer."
    ),
    why=(
        "AWS rejects the second listener with TargetGroupAssociationLimit, or the target group with "
        "InvalidConfigurationRequest."
    ),
    fix="Create one target group per load balancer, in the same VPC, with a matching protocol.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html (2026-11-23)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "TCP"
  target_type = "ip"
}
""",
    check_graph=check,
)
