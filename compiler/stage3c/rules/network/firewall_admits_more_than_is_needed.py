"""A firewall rule wider than the flows behind it."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import ALL_PORTS, Group, Permit
from stage3c.reach.proofs import all_places, known_topology, ports_served, proofs
from stage3c.rules.rule import Rule, found_at

_KINDS = ("aws_lb", "aws_ecs_service", "aws_db_instance", "aws_vpc_endpoint")
_UNPRIVILEGED = 1024


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the ports that a group admits against those at which its members are needed, where all of these are known."""
    members = _members(graph)
    flows = {(*need.ends, need.port) for need in (p.need for p in proofs(graph)) if need.source and need.target}
    owned = {key: one for key, one in members.items() if all(graph.resources[a].type in _KINDS for a in one[1])}
    for group, owners in owned.values():
        for permit in group.egress if group.complete else ():
            peers = members.get(str(permit.peer), (group, set[str]()))[1]
            why = _idle(graph, permit, owners, peers, flows)
            if why and permit.component in graph.resources:
                cause = f"{permit.component} lets {', '.join(sorted(owners))} out to {permit.peer}, {why}."
                fix = "narrow or remove the rule, or hang it where it is needed."
                yield found_at(graph.resources[permit.component], cause, fix)
        for permit in {p for p in group.egress if _has_twin(group, p) and p.component in graph.resources}:
            cause = f"{permit.component} says what another rule of {group.key} says."
            fix = "remove one of them, or hang it on the group that needs it."
            yield found_at(graph.resources[permit.component], cause, fix)
    for group, owners in owned.values():
        ports = {port for owner in owners for port in ports_served(graph, owner)}
        for permit in group.ingress if group.complete and ports else ():
            wide = permit.ports and permit.peer != group.key and _is_too_wide(permit, ports)
            if wide and permit.ports and permit.component in graph.resources:
                needed = ", ".join(str(port) for port in sorted(ports))
                first, last = permit.ports
                admits = str(first) if first == last else f"{first}-{last}"
                cause = f"{permit.component} admits tcp/{admits} to {', '.join(sorted(owners))}; needed are {needed}."
                yield found_at(graph.resources[permit.component], cause, "narrow the rule to the port that is needed.")


def _members(graph: Graph) -> dict[str, tuple[Group, set[str]]]:
    """Each group with the addresses of what has it, by key."""
    found: dict[str, tuple[Group, set[str]]] = {}
    endpoints = known_topology(graph).network.endpoints
    for address, places in (*all_places(graph).items(), *((each.key, each.places) for each in endpoints)):
        for group in (group for place in places for group in place.groups if group):
            found.setdefault(group.key, (group, set()))[1].add(address)
    return found


def _has_twin(group: Group, permit: Permit) -> bool:
    return any(
        (o.ports, o.peer) == (permit.ports, permit.peer) and o.component != permit.component for o in group.egress
    )


def _idle(
    graph: Graph, permit: Permit, owners: set[str], targets: set[str], flows: set[tuple[str, str, int]]
) -> str | None:
    endpoints = {endpoint.key for endpoint in known_topology(graph).network.endpoints}
    some_service = any(graph.resources[owner].type == "aws_ecs_service" for owner in owners)
    if permit.ports == ALL_PORTS or permit.ports is None:
        return None
    if targets & endpoints:
        return None if some_service and permit.ports == (443, 443) else "where it needs nothing"
    if targets:
        needed = {
            port for owner in owners for target in targets for port in _some(permit) if (owner, target, port) in flows
        }
        return None if set(_some(permit)) <= needed else "at ports that it does not need"
    if not some_service and permit.peer is not None:
        needed = {port for owner, _, port in flows if owner in owners}
        return None if set(_some(permit)) & needed else "where it needs nothing"
    return None if _has_known_port(permit) else "at ports that nothing needs"


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
    title="Firewall admits more than is needed",
    what="An ingress rule of a load balancer or a service admits ports or peers for which the stack has no flow.",
    why="What nobody needs is a hole, or the leftover of a rule that was meant for another port.",
    fix="Narrow the rule to the port and the security group that need it, or remove it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 0
    to_port     = 65535
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "public" {
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
}
""",
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "public" {
  subnets         = [aws_subnet.a.id, aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
}
""",
    check_graph=check,
)
