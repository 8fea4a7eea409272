"""Endpoint or file system has two subnets in one zone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, items
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the zones of the subnets of each endpoint, and of the mount targets of each file system."""
    for endpoint in graph.of_type("aws_vpc_endpoint"):
        if endpoint.attributes.get("vpc_endpoint_type") == "Interface":
            twice = _twice(graph, items(endpoint.attributes.get("subnet_ids")))
            if twice:
                yield at(endpoint, f"has two subnets in {twice}", "keep one subnet of each zone in subnet_ids")
    systems: dict[str, list[Resource]] = defaultdict(list)
    for target in graph.of_type("aws_efs_mount_target"):
        system = graph.target(target.attributes.get("file_system_id"))
        if system is not None and target.certain:
            systems[system.address].append(target)
    for address, targets in systems.items():
        twice = _twice(graph, [target.attributes.get("subnet_id") for target in targets])
        if twice:
            yield at(targets[-1], f"is the second mount target of {address} in {twice}", "keep one in each zone")


def _twice(graph: Graph, values: Iterable[Value]) -> str | None:
    """The zone of two different subnets of the graph, if two certainly are in one."""
    found: dict[str, str] = {}
    for value in values:
        subnet = graph.target(value)
        zone = graph.resolved(subnet.attributes.get("availability_zone")) if subnet is not None else None
        if (
            subnet is not None
            and isinstance(zone, str | Ref)
            and found.setdefault(str(zone), subnet.address) != (subnet.address)
        ):
            return str(zone)
    return None


RULE = Rule(
    id="NET236",
    scope="terraform",
    title="Endpoint or file system has two subnets in one zone",
    what="An interface endpoint has two subnets in one availability zone, or a file system two mount targets.",
    why="AWS rejects the second: DuplicateSubnetsInSameZone, or MountTargetConflict.",
    fix="Keep one subnet of each zone.",
    source="https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html (from memory)",
    bad_terraform="""\
resource "aws_vpc_endpoint" "secrets" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.secretsmanager"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_a.id, aws_subnet.public_a.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true
}

resource "aws_security_group" "endpoint" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id            = aws_security_group.endpoint.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
""",
    good_terraform="""\
resource "aws_vpc_endpoint" "secrets" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.secretsmanager"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_a.id, aws_subnet.private_b.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true
}

resource "aws_security_group" "endpoint" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id            = aws_security_group.endpoint.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
""",
    check_graph=check,
)
