"""Terraform as a network: groups, ACLs, tables, endpoints and places, with a row for each side of what decides."""

from ipaddress import IPv4Network

import pytest
from stage3c.graph import Graph
from stage3c.reach.aws_services import AwsService
from stage3c.reach.firewalls import network_acls, security_groups
from stage3c.reach.needs import needed_flows
from stage3c.reach.network import ALL_PORTS, ANYWHERE, AclEntry, Extent, Ports, Via
from stage3c.reach.proofs import all_places, known_topology, ports_served, proofs, vpcs_of_tasks
from stage3c.reach.routes import route_tables

from tests.readers.folders import graph_of, read

VPC = 'variable "v" {}\nresource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'
HERE = IPv4Network("10.0.0.0/24")
GROUP = """
resource "aws_security_group" "{}" {{
  vpc_id = aws_vpc.main.id
{}}}
"""
RULE = "ingress {{\n  protocol = {}\n  from_port = {}\n  to_port = {}\n  {}\n}}\n"
FROM_HERE = 'cidr_blocks = ["10.0.0.0/24"]'


def ingress(body: str, more: str = "") -> list[tuple[Ports | None, IPv4Network | str | AwsService | None]]:
    group = security_groups(graph_of(VPC + GROUP.format("a", body) + more))["aws_security_group.a"]
    return [(permit.ports, permit.peer) for permit in group.ingress]


@pytest.mark.parametrize(
    ("protocol", "first", "last", "expected"),
    [
        ('"tcp"', "80", "443", [(80, 443)]),
        ('"TCP"', "80", "443", [(80, 443)]),
        ('"6"', "80", "443", [(80, 443)]),
        ("6", "80", "443", [(80, 443)]),
        ('"-1"', "0", "0", [ALL_PORTS]),
        ("-1", "0", "0", [ALL_PORTS]),
        ('"all"', "0", "0", [ALL_PORTS]),
        ('"All"', "0", "0", [ALL_PORTS]),
        ('"udp"', "80", "443", []),
        ("17", "80", "443", []),
        ('"icmp"', "-1", "-1", []),
        ("var.v", "80", "443", [None]),
        ('"tcp"', "var.v", "443", [None]),
        ('"tcp"', "80", "var.v", [None]),
    ],
)
def test_protocols_and_ports(protocol: str, first: str, last: str, expected: list[Ports | None]) -> None:
    assert ingress(RULE.format(protocol, first, last, FROM_HERE)) == [(ports, HERE) for ports in expected]


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (FROM_HERE, [HERE]),
        ('cidr_blocks = ["10.0.0.7/24"]', [HERE]),
        ('cidr_blocks = ["0.0.0.0/0", "10.0.0.0/24"]', [ANYWHERE, HERE]),
        ("cidr_blocks = [aws_vpc.main.cidr_block]", [IPv4Network("10.0.0.0/16")]),
        ("cidr_blocks = [var.v]", [None]),
        ('ipv6_cidr_blocks = ["::/0"]', []),
        ('cidr_blocks = ["::/0"]', []),
        ("security_groups = [aws_security_group.b.id]", ["aws_security_group.b"]),
        ("security_groups = [var.v]", [None]),
        ('security_groups = ["sg-12345678"]', [None]),
        ("security_groups = [aws_vpc.main.default_security_group_id]", ["aws_vpc.main.default"]),
        ("security_groups = [aws_vpc.main.id]", [None]),
        ("self = true", ["aws_security_group.a"]),
        ("self = false", []),
        ("self = var.v", [None]),
        ("prefix_list_ids = [aws_vpc_endpoint.s3.prefix_list_id]", [AwsService("s3")]),
        ("prefix_list_ids = [var.v]", [None]),
    ],
)
def test_peers(peer: str, expected: list[object]) -> None:
    more = (
        GROUP.format("b", "")
        + 'resource "aws_vpc_endpoint" "s3" {\n  service_name = "com.amazonaws.${data.aws_region.x.id}.s3"\n}\n'
        + 'data "aws_region" "x" {}\n'
    )
    assert [found for _, found in ingress(RULE.format('"tcp"', 80, 80, peer), more)] == expected


OLD_RULE = """
resource "aws_security_group_rule" "r" {{
  {}
  type = {}
  security_group_id = {}
  protocol = "tcp"
  from_port = 80
  to_port = 80
  cidr_blocks = ["10.0.0.0/24"]
}}
"""
NEW_RULE = """
resource "aws_vpc_security_group_{}_rule" "r" {{
  security_group_id = aws_security_group.a.id
  ip_protocol = "tcp"
  from_port = 80
  to_port = 80
  {}
}}
"""
OWN = "aws_security_group.a.id"


@pytest.mark.parametrize(
    ("body", "more", "into", "out", "complete"),
    [
        ("", "", 0, 0, True),
        ("", OLD_RULE.format("", '"ingress"', OWN), 1, 0, True),
        ("", OLD_RULE.format("", '"egress"', OWN), 0, 1, True),
        ("", OLD_RULE.format("", "var.v", OWN), 0, 0, False),  # into it or out of it, nobody knows
        ("", OLD_RULE.format("", "var.v", '"sg-12345678"'), 0, 0, True),
        ("", OLD_RULE.format("", '"inbound"', OWN), 0, 0, False),
        ("", NEW_RULE.format("ingress", "count = var.v"), 0, 0, False),
        ("egress = var.v\n", "", 0, 0, False),
        ("egress = []\n", "", 0, 0, True),
        ("", OLD_RULE.format("", '"ingress"', "var.v"), 0, 0, False),
        ("", OLD_RULE.format("", '"ingress"', '"sg-12345678"'), 0, 0, True),
        ("", OLD_RULE.format("count = var.v", '"ingress"', OWN), 0, 0, False),
        ("", NEW_RULE.format("ingress", 'cidr_ipv4 = "10.0.0.0/24"'), 1, 0, True),
        ("", NEW_RULE.format("egress", 'cidr_ipv4 = "10.0.0.0/24"'), 0, 1, True),
        ("", NEW_RULE.format("egress", f"referenced_security_group_id = {OWN}"), 0, 1, True),
        ("ingress = var.v\n", "", 0, 0, False),
        ("count = var.v\n", "", 0, 0, False),
        ("", 'module "m" {\n  source = "./none"\n  group = aws_security_group.a.id\n}\n', 0, 0, False),
    ],
)
def test_rules_that_are_resources_and_what_makes_a_group_incomplete(
    body: str,
    more: str,
    into: int,
    out: int,
    complete: bool,  # noqa: FBT001 - a row of the table
) -> None:
    graph = read(VPC + GROUP.format("a", body) + more).graph
    assert graph
    group = security_groups(graph)["aws_security_group.a"]
    assert (len(group.ingress), len(group.egress), group.complete) == (into, out, complete)


def test_the_default_group_of_a_vpc_is_open_to_itself_unless_it_was_adopted() -> None:
    group = security_groups(graph_of(VPC))["aws_vpc.main.default"]
    assert [(p.ports, p.peer) for p in group.ingress] == [(ALL_PORTS, "aws_vpc.main.default")]
    assert [(p.ports, p.peer) for p in group.egress] == [(ALL_PORTS, ANYWHERE)]
    adopted = security_groups(
        graph_of(VPC + 'resource "aws_default_security_group" "d" {\n  vpc_id = aws_vpc.main.id\n}\n')
    )
    assert set(adopted) == {"aws_default_security_group.d"}


TWO_VPCS = """
resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/16"
}
resource "aws_default_security_group" "other" {
  vpc_id = aws_vpc.other.id
}
"""


@pytest.mark.parametrize(
    ("peer", "more", "expected"),
    [
        ("aws_vpc.main.default_security_group_id", "", "aws_vpc.main.default"),
        ("aws_vpc.other.default_security_group_id", "", "aws_default_security_group.other"),
        (
            "aws_vpc.main.default_security_group_id",
            'resource "aws_default_security_group" "main" {\n  vpc_id = aws_vpc.main.id\n}\n',
            "aws_default_security_group.main",
        ),
        ("aws_default_security_group.other.id", "", "aws_default_security_group.other"),
        ("data.aws_security_group.x.id", 'data "aws_security_group" "x" {}\n', None),
        ("aws_vpc.main.arn", "", None),
    ],
)
def test_the_default_group_of_one_vpc_is_not_that_of_another(peer: str, more: str, expected: str | None) -> None:
    rule = RULE.format('"tcp"', 80, 80, f"security_groups = [{peer}]")
    assert [found for _, found in ingress(rule, TWO_VPCS + more)] == [expected]


def test_a_module_that_is_given_a_vpc_may_change_its_default_group() -> None:
    graph = read(VPC + TWO_VPCS + 'module "m" {\n  source = "./none"\n  vpc = aws_vpc.main.id\n}\n').graph
    assert graph
    complete = {key: group.complete for key, group in security_groups(graph).items()}
    assert complete == {"aws_vpc.main.default": False, "aws_default_security_group.other": True}


ACL_ASSOCIATION = """
resource "aws_network_acl_association" "x" {
  subnet_id      = aws_subnet.a.id
  network_acl_id = aws_network_acl.a.id
}
"""


def allow(number: int, ports: Ports | None, network: IPv4Network | None) -> AclEntry:
    return AclEntry(number, allows=True, ports=ports, network=network)


def deny(number: int, ports: Ports | None, network: IPv4Network | None) -> AclEntry:
    return AclEntry(number, allows=False, ports=ports, network=network)


ACL = 'resource "aws_network_acl" "a" {{\n  vpc_id = aws_vpc.main.id\n{}}}\n'
ACL_RULE = """
resource "aws_network_acl_rule" "r" {{
  {}
  network_acl_id = aws_network_acl.a.id
  rule_number = 7
  egress = {}
  protocol = "tcp"
  rule_action = "{}"
  from_port = 80
  to_port = 90
  cidr_block = "10.0.0.0/24"
}}
"""
INLINE = """
ingress {{
  rule_no = {}
  action = "{}"
  protocol = "{}"
  from_port = 80
  to_port = 90
  {}
}}
"""


@pytest.mark.parametrize(
    ("body", "more", "into", "out", "complete"),
    [
        ("", "", (), (), True),
        (
            INLINE.format(3, "allow", "tcp", 'cidr_block = "10.0.0.0/24"'),
            "",
            (allow(3, (80, 90), HERE),),
            (),
            True,
        ),
        (
            INLINE.format(3, "Deny", "-1", 'cidr_block = "10.0.0.0/24"'),
            "",
            (deny(3, ALL_PORTS, HERE),),
            (),
            True,
        ),
        (INLINE.format(3, "deny", "udp", 'cidr_block = "10.0.0.0/24"'), "", (), (), True),
        (INLINE.format(3, "allow", "tcp", 'ipv6_cidr_block = "::/0"'), "", (), (), True),
        (INLINE.format(3, "allow", "tcp", "cidr_block = var.v"), "", (allow(3, (80, 90), None),), (), True),
        (
            INLINE.format("var.v", "allow", "tcp", 'cidr_block = "10.0.0.0/24"'),
            "",
            (allow(0, (80, 90), None),),
            (),
            True,
        ),
        ("", ACL_RULE.format("", "true", "allow"), (), (allow(7, (80, 90), HERE),), True),
        ("", ACL_RULE.format("", "false", "deny"), (deny(7, (80, 90), HERE),), (), True),
        ("", ACL_RULE.format("count = var.v", "false", "deny"), (deny(7, (80, 90), HERE),), (), False),
        ("", ACL_RULE.format("", "null", "allow"), (allow(7, (80, 90), HERE),), (), True),
        ("", ACL_RULE.format("", "var.v", "deny"), (deny(7, (80, 90), HERE),), (), False),
        ("", ACL_RULE.format("", "false", "${var.v}"), (deny(7, (80, 90), None),), (), True),
        (INLINE.format(3, "${var.v}", "tcp", 'cidr_block = "10.0.0.0/24"'), "", (deny(3, (80, 90), None),), (), True),
        (INLINE.format(3, "allow", "tcp", ""), "", (allow(3, (80, 90), None),), (), True),
        (INLINE.format(3, "allow", "${var.v}", 'cidr_block = "10.0.0.0/24"'), "", (allow(3, None, HERE),), (), True),
        ("", 'module "m" {\n  source = "./none"\n  acl = aws_network_acl.a.id\n}\n', (), (), False),
        ("ingress = var.v\n", "", (), (), False),
        ("egress = var.v\n", "", (), (), False),
    ],
)
def test_acls(body: str, more: str, into: tuple[AclEntry, ...], out: tuple[AclEntry, ...], complete: bool) -> None:  # noqa: FBT001
    graph = read(VPC + ACL.format(body) + more).graph
    assert graph
    acl = network_acls(graph)["aws_network_acl.a"]
    assert (acl.ingress, acl.egress, acl.complete) == (into, out, complete)


SUBNET = 'resource "aws_subnet" "a" {\n  vpc_id = aws_vpc.main.id\n  cidr_block = "10.0.0.0/24"\n}\n'
TABLE = 'resource "aws_route_table" "t" {{\n  vpc_id = aws_vpc.main.id\n{}}}\n'
ROUTE = 'route {{\n  cidr_block = "0.0.0.0/0"\n  {}\n}}\n'
GATEWAYS = (
    'resource "aws_internet_gateway" "i" {\n  vpc_id = aws_vpc.main.id\n}\nresource "aws_internet_gateway" "loose" {}\n'
    'resource "aws_nat_gateway" "n" {\n  subnet_id = aws_subnet.a.id\n}\n'
    'resource "aws_internet_gateway" "some" {\n  count = var.v\n}\n'
    'resource "aws_vpn_gateway" "v" {\n  vpc_id = aws_vpc.main.id\n}\n'
    'resource "aws_ec2_transit_gateway" "t" {}\ndata "aws_internet_gateway" "d" {}\n'
)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("gateway_id = aws_internet_gateway.i.id", Via.INTERNET),
        ("gateway_id = aws_internet_gateway.loose.id", Via.NOWHERE),
        ("gateway_id = aws_internet_gateway.some[0].id", Via.UNKNOWN),
        ("nat_gateway_id = aws_nat_gateway.n.id", Via.NAT),
        ("gateway_id = aws_nat_gateway.n.id", Via.NOWHERE),
        ("nat_gateway_id = aws_internet_gateway.i.id", Via.NOWHERE),
        ("transit_gateway_id = aws_ec2_transit_gateway.t.id", Via.UNKNOWN),
        ("gateway_id = data.aws_internet_gateway.d.id", Via.UNKNOWN),
        ("nat_gateway_id = aws_ec2_transit_gateway.t.id", Via.UNKNOWN),
        ("vpc_endpoint_id = aws_internet_gateway.i.id", Via.NOWHERE),
        ("gateway_id = aws_vpn_gateway.v.id", Via.UNKNOWN),
        ("network_interface_id = var.v", Via.UNKNOWN),
        ("nat_gateway_id = null\n  gateway_id = aws_internet_gateway.i.id", Via.INTERNET),
        ('gateway_id = "local"', Via.LOCAL),
        ('gateway_id = "igw-12345678"', Via.UNKNOWN),
        ("gateway_id = var.v", Via.UNKNOWN),
        ('gateway_id = ""', Via.NOWHERE),
        ("", Via.NOWHERE),
    ],
)
def test_what_a_route_leads_to(target: str, expected: Via) -> None:
    tables = route_tables(graph_of(VPC + SUBNET + GATEWAYS + TABLE.format(ROUTE.format(target)))).tables
    assert [route.via for route in tables["aws_route_table.t"].routes] == [expected]


def test_a_gateway_may_be_attached_by_a_resource_of_its_own() -> None:
    attachment = """
resource "aws_internet_gateway_attachment" "x" {
  internet_gateway_id = aws_internet_gateway.loose.id
  vpc_id              = aws_vpc.main.id
}
"""
    body = TABLE.format(ROUTE.format("gateway_id = aws_internet_gateway.loose.id"))
    tables = route_tables(graph_of(VPC + SUBNET + GATEWAYS + body + attachment)).tables
    assert tables["aws_route_table.t"].routes[0].via is Via.INTERNET


MAIN = """
resource "aws_main_route_table_association" "m" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.t.id
}
"""
ASSOCIATION = """
resource "aws_route_table_association" "x" {{
  {}
  subnet_id = {}
  route_table_id = aws_route_table.t.id
}}
"""
OF_SUBNET = ASSOCIATION.format("", "aws_subnet.a.id")


def with_table(table: str) -> str:
    return OF_SUBNET.replace("aws_route_table.t.id", table)


OWN_ROUTE = """
resource "aws_route" "r" {{
  {}
  route_table_id = {}
  destination_cidr_block = "8.0.0.0/8"
  gateway_id = aws_internet_gateway.i.id
}}
"""


@pytest.mark.parametrize(
    ("more", "count", "complete"),
    [
        (OWN_ROUTE.format("", "aws_route_table.t.id"), 2, True),
        (OWN_ROUTE.format("count = var.v", "aws_route_table.t.id"), 1, False),
        (OWN_ROUTE.format("", "var.v"), 1, False),
        (OWN_ROUTE.format("", '"rtb-12345678"'), 1, True),
        (OWN_ROUTE.format("", "aws_vpc.main.main_route_table_id"), 1, True),
        (OWN_ROUTE.format("", "aws_route_table_association.x.route_table_id") + OF_SUBNET, 2, True),
        ('module "m" {\n  source = "./none"\n  table = aws_route_table.t.id\n}\n', 1, False),
    ],
)
def test_routes_that_are_resources(more: str, count: int, complete: bool) -> None:  # noqa: FBT001 - a row of the table
    body = TABLE.format(ROUTE.format("gateway_id = aws_internet_gateway.i.id"))
    graph = read(VPC + SUBNET + GATEWAYS + body + more).graph
    assert graph
    table = route_tables(graph).tables["aws_route_table.t"]
    assert (len(table.routes), table.complete) == (count, complete)
    if count > 1:
        assert [route.destination for route in table.routes] == [
            IPv4Network("8.0.0.0/8"),
            ANYWHERE,
        ]  # most specific first


@pytest.mark.parametrize(
    ("more", "expected", "is_main"),
    [
        ("", "aws_vpc.main.main", True),
        (OF_SUBNET, "aws_route_table.t", False),
        (ASSOCIATION.format("count = var.v", "aws_subnet.a.id"), None, False),
        (ASSOCIATION.format("", "var.v"), None, False),
        (ASSOCIATION.format("", '"subnet-12345678"'), "aws_vpc.main.main", True),
        (
            ASSOCIATION.format("", "aws_subnet.a.id").replace("subnet_id = aws_subnet.a.id", "gateway_id = var.v"),
            "aws_vpc.main.main",
            True,
        ),
        (with_table("var.v"), None, False),
        (with_table('"rtb-12345678"'), None, False),
        (
            ASSOCIATION.format("", "aws_subnet.a.id").replace(
                "aws_route_table.t.id", "aws_vpc.main.main_route_table_id"
            ),
            "aws_vpc.main.main",
            True,
        ),
        ('module "m" {\n  source = "./none"\n  subnet = aws_subnet.a.id\n}\n', None, False),
        (
            MAIN,
            "aws_route_table.t",
            True,
        ),
        (
            'resource "aws_default_route_table" "d" {\n  default_route_table_id = aws_vpc.main.default_route_table_id\n}\n',
            "aws_default_route_table.d",
            True,
        ),
    ],
)
def test_the_table_of_a_subnet(more: str, expected: str | None, is_main: bool) -> None:  # noqa: FBT001 - a row of the table
    graph = read(VPC + SUBNET + TABLE.format("") + more).graph
    assert graph
    subnet = known_topology(graph).subnets["aws_subnet.a"]
    assert (subnet.table.key if subnet.table else None) == expected
    assert (subnet.vpc, subnet.cidr) == ("aws_vpc.main", HERE)
    assert subnet.table is None or subnet.table.is_main is is_main


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", None),
        (ACL.format("subnet_ids = [aws_subnet.a.id]\n"), "aws_network_acl.a"),
        (ACL.format(""), None),
        (
            ACL.format("") + ACL_ASSOCIATION,
            "aws_network_acl.a",
        ),
        (ACL_ASSOCIATION.replace("aws_network_acl.a.id", "var.v"), "an unknown network ACL"),
        (ACL_ASSOCIATION.replace("aws_network_acl.a.id", '"acl-12345678"'), "an unknown network ACL"),
        (ACL.format("") + ACL_ASSOCIATION.replace("{\n", "{\n  count = var.v\n", 1), "an unknown network ACL"),
        (ACL.format("") + ACL_ASSOCIATION.replace("aws_subnet.a.id", '"subnet-12345678"'), None),
        (ACL.format('subnet_ids = ["subnet-12345678"]\n'), None),
        (
            'resource "aws_default_network_acl" "d" {\n  default_network_acl_id = aws_vpc.main.default_network_acl_id\n}\n',
            "aws_default_network_acl.d",
        ),
    ],
)
def test_the_acl_of_a_subnet(more: str, expected: str | None) -> None:
    acl = known_topology(graph_of(VPC + SUBNET + more)).subnets["aws_subnet.a"].acl
    assert (acl.key if acl else None) == expected
    assert acl is None or acl.complete is (acl.key != "an unknown network ACL")


ENDPOINT_BESIDE = """
resource "aws_vpc_endpoint_route_table_association" "x" {
  vpc_endpoint_id = aws_vpc_endpoint.e.id
  route_table_id  = aws_route_table.t.id
}
resource "aws_vpc_endpoint_subnet_association" "x" {
  vpc_endpoint_id = aws_vpc_endpoint.e.id
  subnet_id       = aws_subnet.a.id
}
"""
TO_MODULE = 'module "m" {\n  source = "./none"\n  x = aws_vpc_endpoint.e.id\n}\n'
OF_S3 = 'service_name = "com.amazonaws.eu-west-1.s3"'
OF_INTERFACE = f'{OF_S3}\nvpc_endpoint_type = "Interface"\nsubnet_ids = [aws_subnet.a.id]'


@pytest.mark.parametrize(
    ("body", "more", "service", "tables", "are_known", "groups"),
    [
        (OF_S3, "", "s3", set(), True, []),
        (f"{OF_S3}\ncount = var.v", "", None, set(), True, []),
        (f"{OF_S3}\nroute_table_ids = [aws_route_table.t.id, var.v]", "", "s3", {"aws_route_table.t"}, False, []),
        (f"{OF_S3}\nroute_table_ids = var.v", "", "s3", set(), False, []),
        (f'{OF_S3}\nroute_table_ids = ["rtb-12345678"]', "", "s3", set(), True, []),
        (f"{OF_S3}\nroute_table_ids = [aws_vpc.main.main_route_table_id]", "", "s3", {"aws_vpc.main.main"}, True, []),
        (OF_S3, ENDPOINT_BESIDE, "s3", {"aws_route_table.t"}, True, ["aws_vpc.main.default"]),
        (OF_S3, TO_MODULE, "s3", set(), False, []),
        (OF_INTERFACE, "", "s3", set(), True, ["aws_vpc.main.default"]),
        (f"{OF_INTERFACE}\nsecurity_group_ids = [aws_security_group.g.id]", "", "s3", set(), True, ["aws_security_group.g"]),
        (f"{OF_INTERFACE}\nsecurity_group_ids = [var.v]", "", "s3", set(), True, [None]),
    ],
)  # fmt: skip
def test_the_tables_and_groups_of_an_endpoint(
    body: str,
    more: str,
    service: str | None,
    tables: set[str],
    are_known: bool,  # noqa: FBT001 - a row of the table
    groups: list[str | None],
) -> None:
    graph = read(VPC + SUBNET + TABLE.format("") + GROUP.format("g", "") + ENDPOINT.format(body) + more).graph
    assert graph
    (found,) = known_topology(graph).network.endpoints
    assert (found.service and found.service.name, set(found.tables), found.tables_known) == (service, tables, are_known)
    assert [group and group.key for place in found.places for group in place.groups] == groups


@pytest.mark.parametrize("dns", ["true", "false", "var.v"])
def test_a_gateway_has_no_private_dns(dns: str) -> None:
    body = f"{OF_S3}\nprivate_dns_enabled = {dns}"
    (found,) = known_topology(graph_of(VPC + ENDPOINT.format(body))).network.endpoints
    assert found.private_dns is False


ENDPOINT = """
resource "aws_vpc_endpoint" "e" {{
  vpc_id = aws_vpc.main.id
  {}
}}
"""


@pytest.mark.parametrize(
    ("body", "service", "gateway", "dns", "places", "tables"),
    [
        ('service_name = "com.amazonaws.eu-west-1.s3"', "s3", True, False, 0, set()),
        (
            'service_name = "com.amazonaws.eu-west-1.ecr.api"\nvpc_endpoint_type = "Interface"',
            "ecr.api",
            False,
            False,
            0,
            set(),
        ),
        (
            'service_name = "cn.com.amazonaws.cn-north-1.ecr.api"\nvpc_endpoint_type = "Interface"',
            "ecr.api",
            False,
            False,
            0,
            set(),
        ),
        (
            'service_name = "com.amazonaws.${var.v}.logs"\nvpc_endpoint_type = "Interface"\nprivate_dns_enabled = true',
            "logs",
            False,
            True,
            0,
            set(),
        ),
        (
            'service_name = "com.amazonaws.eu-west-1.logs"\nvpc_endpoint_type = "Interface"\nprivate_dns_enabled = var.v',
            "logs",
            False,
            None,
            0,
            set(),
        ),
        (
            'service_name = "com.amazonaws.eu-west-1.logs"\nvpc_endpoint_type = "Interface"\nsubnet_ids = [aws_subnet.a.id]',
            "logs",
            False,
            False,
            1,
            set(),
        ),
        (
            'service_name = "com.amazonaws.eu-west-1.s3"\nroute_table_ids = [aws_route_table.t.id]',
            "s3",
            True,
            False,
            0,
            {"aws_route_table.t"},
        ),
        ("service_name = var.v", None, True, False, 0, set()),
    ],
)
def test_endpoints(
    body: str,
    service: str | None,
    gateway: bool,  # noqa: FBT001 - a row of the table
    dns: bool | None,  # noqa: FBT001 - likewise
    places: int,
    tables: set[str],
) -> None:
    (found,) = known_topology(graph_of(VPC + SUBNET + TABLE.format("") + ENDPOINT.format(body))).network.endpoints
    assert (found.service.name if found.service else None, found.gateway, found.private_dns) == (service, gateway, dns)
    assert (len(found.places), set(found.tables), found.vpc) == (places, tables, "aws_vpc.main")


STACK = """
resource "aws_lb" "l" {
  internal           = %s
  load_balancer_type = "%s"
  subnets            = [aws_subnet.a.id]
  security_groups    = [aws_security_group.l.id]
}
resource "aws_lb_target_group" "t" {
  port               = 8080
  protocol           = "HTTP"
  target_type        = "ip"
  vpc_id             = aws_vpc.main.id
  preserve_client_ip = %s
  health_check {
    port = %s
  }
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  port              = 443
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.t.arn
  }
}
resource "aws_ecs_task_definition" "a" {
  family                = "a"
  container_definitions = jsonencode([{ name = "a", image = "%s", portMappings = [{ containerPort = 8080 }] }])
}
resource "aws_ecs_service" "a" {
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.a.arn
  network_configuration {
    subnets         = [aws_subnet.a.id]
    security_groups = [aws_security_group.a.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.t.arn
    container_name   = "a"
    container_port   = 8080
  }
}
"""


def stack(
    internal: str = "false",
    kind: str = "application",
    preserve: str = "null",
    check: str = '"traffic-port"',
    image: str = "x",
) -> Graph:
    return graph_of(
        VPC + SUBNET + GROUP.format("l", "") + GROUP.format("a", "") + STACK % (internal, kind, preserve, check, image)
    )


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (stack(), {("client", 443), ("target", 8080), ("image", 443)}),
        (stack(internal="true"), {("target", 8080), ("image", 443)}),
        (stack(internal="var.v"), {("target", 8080), ("image", 443)}),
        (stack(check="9000"), {("client", 443), ("target", 8080), ("target", 9000), ("image", 443)}),
        (stack(check="8080"), {("client", 443), ("target", 8080), ("image", 443)}),
        (stack(kind="network", preserve="true"), {("client", 443), ("image", 443)}),
        (stack(kind="network", preserve="false"), {("client", 443), ("target", 8080), ("image", 443)}),
        (
            stack(image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/x"),
            {("client", 443), ("target", 8080), ("aws", 443)},
        ),
        (
            stack(image="123456789012.dkr.ecr.eu-west-1.amazonaws.evil/x"),
            {("client", 443), ("target", 8080), ("image", 443)},
        ),
    ],
)
def test_the_flows_of_a_service_behind_a_load_balancer(graph: Graph, expected: set[tuple[str, int]]) -> None:
    assert {(need.kind, need.port) for need in needed_flows(graph)} >= expected
    assert {need.kind for need in needed_flows(graph)} == {kind for kind, _ in expected}


def test_places_and_ports_of_the_stack() -> None:
    graph = stack()
    assert {key: [place.public for place in places] for key, places in all_places(graph).items()} == {
        "aws_lb.l": [True],
        "aws_ecs_service.a": [False],
    }
    assert vpcs_of_tasks(graph) == {"aws_vpc.main"}
    assert ports_served(graph, "aws_lb.l") == {443}
    assert ports_served(graph, "aws_ecs_service.a") == {8080}
    assert {proof.need.kind: proof.extent for proof in proofs(graph)} == {
        "client": Extent.NONE,
        "target": Extent.NONE,
        "image": Extent.NONE,
    }
