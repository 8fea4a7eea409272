"""Security group rule is wider than needed."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.aws_services import AwsService
from stage3c.reach.network import ALL_PORTS, Group, Permit
from stage3c.reach.proofs import known_topology, ports_served, proofs
from stage3c.rules.flow_facts import is_anything, members_of_groups
from stage3c.rules.rule import Rule, found_at

_KINDS = ("aws_lb", "aws_ecs_service", "aws_ecs_task_definition", "aws_db_instance", "aws_vpc_endpoint")
_UNPRIVILEGED = 1024
_SEVERAL = 2


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the ports that a group admits against those at which its members are needed, where all of these are known."""
    members = members_of_groups(graph)
    flows = {(*need.ends, need.port) for need in (p.need for p in proofs(graph)) if need.source and need.target}
    owned = {key: one for key, one in members.items() if all(graph.resources[a].type in _KINDS for a in one[1])}
    for group, owners in owned.values():
        for permit in group.egress if group.complete else ():
            peers = members.get(str(permit.peer), (group, set[str]()))[1]
            why = _idle(graph, permit, owners, peers, flows)
            if why and permit.component in graph.resources:
                peer = permit.peer.text if isinstance(permit.peer, AwsService) else permit.peer
                cause = f"{permit.component} allows outbound traffic from {', '.join(sorted(owners))} to {peer}, {why}."
                fix = "limit the rule to the ports that are needed, or remove it."
                yield found_at(graph.resources[permit.component], cause, fix)
        for permit in {p for p in group.egress if _has_twin(group, p) and p.component in graph.resources}:
            cause = f"{permit.component} is the same as another egress rule of {group.key}."
            fix = "remove one of them, or set security_group_id to the group that needs it."
            yield found_at(graph.resources[permit.component], cause, fix)
    yield from _wide_ways_out(graph, members)
    for group, owners in owned.values():
        ports = {port for owner in owners for port in ports_served(graph, owner)}
        for permit in group.ingress if group.complete and ports else ():
            wide = permit.ports and permit.peer != group.key and _is_too_wide(permit, ports)
            if wide and permit.ports and permit.component in graph.resources:
                needed = ", ".join(str(port) for port in sorted(ports))
                first, last = permit.ports
                admits = str(first) if first == last else f"{first}-{last}"
                cause = (
                    f"{permit.component} allows tcp/{admits} to {', '.join(sorted(owners))}; only {needed} is needed."
                )
                fix = f"set from_port = {min(ports)} and to_port = {max(ports)}."
                yield found_at(graph.resources[permit.component], cause, fix)


def _wide_ways_out(graph: Graph, members: Mapping[str, tuple[Group, set[str]]]) -> Iterator[Finding]:
    """A database opens no connections to the internet; this matters where the stack limits what others send."""
    wide = [(p, owners) for group, owners in members.values() for p in group.egress if is_anything(p)]
    for permit, owners in wide if len(members) > _SEVERAL * len(wide) else ():
        databases = all(
            graph.resources[owner].type == "aws_db_instance" for owner in owners if owner in graph.resources
        )
        if permit.component in graph.resources and databases:
            cause = f"{permit.component} allows {', '.join(sorted(owners))} to send anything anywhere."
            yield found_at(graph.resources[permit.component], cause, "remove the rule.")


def _has_twin(group: Group, permit: Permit) -> bool:
    return any(
        (o.ports, o.peer) == (permit.ports, permit.peer) and o.component != permit.component for o in group.egress
    )


def _idle(
    graph: Graph, permit: Permit, owners: set[str], targets: set[str], flows: set[tuple[str, str, int]]
) -> str | None:
    endpoints = {endpoint.key for endpoint in known_topology(graph).network.endpoints}
    some_service = any(graph.resources[owner].type.startswith("aws_ecs_") for owner in owners)
    if permit.ports == ALL_PORTS or permit.ports is None:
        return None
    if targets & endpoints:
        return None if some_service and permit.ports == (443, 443) else "which the stack does not need"
    if targets:
        needed = {
            port for owner in owners for target in targets for port in _some(permit) if (owner, target, port) in flows
        }
        return None if set(_some(permit)) <= needed else "on ports that the stack does not need"
    if not some_service and permit.peer is not None:
        needed = {port for owner, _, port in flows if owner in owners}
        return None if set(_some(permit)) & needed else "which the stack does not need"
    return None if _has_known_port(permit) else "on ports that the stack does not need"


def _has_known_port(permit: Permit) -> bool:
    """One port towards a network may be anything that people call; a range that is no usual one is a slip."""
    first, last = permit.ports or (0, 0)
    return (first == last and first != 0) or first >= _UNPRIVILEGED


def _some(permit: Permit) -> range:
    first, last = permit.ports or (0, -1)
    return range(first, min(last, first + 2000) + 1)


def _is_too_wide(permit: Permit, needed: set[int]) -> bool:
    assert permit.ports is not None
    first, last = permit.ports
    return any(port not in needed for port in (first, last)) or last - first + 1 > len(needed)


RULE = Rule(
    id="NET214",
    scope="terraform",
    title="Security group rule is wider than needed",
    what=(
        "A security group rule of a load balancer or a service allows ports or peers that no flow of the stack needs."
    ),
    why="Unused access is an attack surface, or a leftover of a rule meant for another port.",
    fix="Limit the rule to the port and security group that need it, or remove it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "http" {
  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 0
  to_port           = 65535
}
""",
    check_graph=check,
)
