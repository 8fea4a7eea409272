"""Target group does not match its load balancer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks, items, refs_in
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, listener_rules, listeners
from stage3c.wording import listed

_SPOKEN = {"application": ("HTTP", "HTTPS"), "network": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")}


def check(graph: Graph) -> Iterator[Finding]:
    """Collect the load balancers that forward to each group, and compare VPC and protocol with theirs."""
    for address, balancers in sorted(_forwarding(graph).items()):
        group = graph.resources[address]
        if len(balancers) > 1:
            yield at(
                group, f"is used by {listed(sorted(balancers))}", "create one aws_lb_target_group per load balancer"
            )
        for balancer in balancers.values():
            fault = _fault(graph, group, balancer)
            if fault:
                yield at(group, *fault)
        for service in graph.users(group, "aws_ecs_service"):
            networks = [n.get("subnets") for n in blocks(service.attributes.get("network_configuration"))]
            vpcs = _vpcs(graph, networks)
            vpc = _vpc(graph, group.attributes.get("vpc_id"))
            if vpc and vpcs and vpc not in vpcs:
                yield at(
                    group,
                    f"is in {vpc}, but {service.address} runs in {listed(sorted(vpcs))}",
                    f"set vpc_id = {min(vpcs)}.id",
                )


def _forwarding(graph: Graph) -> Mapping[str, Mapping[str, Resource]]:
    """The load balancers of each target group, both by address."""
    found: dict[str, dict[str, Resource]] = defaultdict(dict)
    homes = [(listener, listener) for listener in listeners(graph)]
    homes += [
        (rule, home) for rule in listener_rules(graph) if (home := graph.target(rule.attributes.get("listener_arn")))
    ]
    for side, listener in homes:
        balancer = graph.target(listener.attributes.get("load_balancer_arn"))
        actions = (side.attributes.get("default_action"), side.attributes.get("action"))
        for ref in refs_in(actions) if balancer is not None and balancer.mode == "resource" else ():
            target = graph.target(ref)
            if target is not None and target.type.endswith("lb_target_group") and target.mode == "resource":
                found[target.address][balancer.address if balancer else ""] = balancer or listener
    return found


def _fault(graph: Graph, group: Resource, balancer: Resource) -> tuple[str, str] | None:
    kind, protocol = balancer.attributes.get("load_balancer_type", "application"), group.attributes.get("protocol")
    spoken = _SPOKEN.get(kind) if isinstance(kind, str) else None
    if spoken and isinstance(protocol, str) and protocol.upper() not in spoken:
        cause = f"has protocol {protocol[:20]}, but {balancer.address} is of type {kind}"
        return cause, f'set protocol = "{spoken[0]}"'
    vpc, vpcs = _vpc(graph, group.attributes.get("vpc_id")), _vpcs(graph, [balancer.attributes.get("subnets")])
    if vpc and vpcs and vpc not in vpcs:
        return f"is in {vpc}, but {balancer.address} is in {listed(sorted(vpcs))}", f"set vpc_id = {min(vpcs)}.id"
    return None


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
