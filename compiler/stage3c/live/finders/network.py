"""The network: found by its tags, by its place in the VPC, or by what it is attached to."""

from collections.abc import Iterable, Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import By, Finder, Known, Match, pages, tags_of

_GONE: Final = ("deleted", "deleting", "failed")


def _tagged(known: Known, told: Json, identity: str) -> Iterator[Match]:
    """Those of ours by both their tags; those that have the name alone are no more than likely."""
    for each in told:
        tags = tags_of(each.get("Tags"))
        if tags.get("Name") == known["tags"]["Name"]:
            yield Match(each[identity], by="tags", certain=tags.get("Stack") == known.stack)


def _attached(told: Iterable[Json], identity: str, by: By = "attachment") -> Iterator[Match]:
    yield from (Match(each[identity], by=by) for each in told)


def _where(**filters: str) -> list[dict[str, Json]]:
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def _vpc(client: Json, known: Known) -> list[Match]:
    everything = [vpc for vpc in pages(client, "describe_vpcs", "Vpcs") if not vpc.get("IsDefault")]
    ours = list(_tagged(known, everything, "VpcId"))
    alike = [vpc for vpc in everything if vpc["CidrBlock"] == known["cidr_block"] and not vpc.get("Tags")]
    return ours or [Match(vpc["VpcId"], by="shape", certain=False) for vpc in alike]


def _subnet(client: Json, known: Known) -> Iterator[Match]:
    where = _where(vpc_id=known["vpc_id"], cidr_block=known["cidr_block"])
    return _attached(pages(client, "describe_subnets", "Subnets", Filters=where), "SubnetId")


def _internet_gateway(client: Json, known: Known) -> list[Match]:
    everything = list(pages(client, "describe_internet_gateways", "InternetGateways"))
    ours = [each for each in everything if any(a["VpcId"] == known["vpc_id"] for a in each["Attachments"])]
    free = [each for each in everything if not each["Attachments"]]  # a run may have died before it attached it
    return list(_attached(ours, "InternetGatewayId")) or list(_tagged(known, free, "InternetGatewayId"))


def _eip(client: Json, known: Known) -> Iterator[Match]:
    return _tagged(known, pages(client, "describe_addresses", "Addresses"), "AllocationId")


def _nat_gateway(client: Json, known: Known) -> Iterator[Match]:
    where = {"Filter": _where(subnet_id=known["subnet_id"])}
    found = pages(client, "describe_nat_gateways", "NatGateways", **where)
    return _tagged(known, (each for each in found if each["State"] not in _GONE), "NatGatewayId")


def _route_table(client: Json, known: Known) -> Iterator[Match]:
    where = _where(vpc_id=known["vpc_id"])
    return _tagged(known, pages(client, "describe_route_tables", "RouteTables", Filters=where), "RouteTableId")


def _table(client: Json, known: Known) -> Json:
    return client.describe_route_tables(RouteTableIds=[known["route_table_id"]])["RouteTables"][0]


def _route(client: Json, known: Known) -> Iterator[Match]:
    wanted = known.get("destination_cidr_block") or known.get("destination_ipv6_cidr_block")
    for route in _table(client, known)["Routes"]:
        if wanted and wanted in (route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")):
            yield Match(f"{known['route_table_id']}_{wanted}", by="attachment")


def _association(client: Json, known: Known) -> Iterator[Match]:
    for each in _table(client, known)["Associations"]:
        if each.get("SubnetId") == known["subnet_id"]:
            told = {"id": each["RouteTableAssociationId"]}
            yield Match(f"{known['subnet_id']}/{known['route_table_id']}", told, by="attachment")


def _security_group(client: Json, known: Known) -> Iterator[Match]:
    where = _where(vpc_id=known["vpc_id"], group_name=known["name"])
    return _attached(pages(client, "describe_security_groups", "SecurityGroups", Filters=where), "GroupId", "name")


def _firewall_rule(client: Json, known: Known, *, egress: bool) -> Iterator[Match]:
    where = _where(group_id=known["security_group_id"])
    for rule in pages(client, "describe_security_group_rules", "SecurityGroupRules", Filters=where):
        if rule["IsEgress"] == egress and _side(rule) == _wanted_side(known):
            yield Match(rule["SecurityGroupRuleId"], by="attachment")


def _side(rule: Json) -> tuple[str, ...]:
    group = rule.get("ReferencedGroupInfo") or {}
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or group.get("GroupId")
    ports = ("", "") if rule["IpProtocol"] == "-1" else (str(rule.get("FromPort")), str(rule.get("ToPort")))
    return (rule["IpProtocol"], *ports, str(peer))


def _wanted_side(known: Known) -> tuple[str, ...]:
    peers = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
    peer = next((known[name] for name in peers if known.get(name)), None) or known["peer"]
    everything = str(known["ip_protocol"]) == "-1"
    ports = ("", "") if everything else (str(known["from_port"]), str(known["to_port"]))
    return (str(known["ip_protocol"]), *ports, str(peer))


def _endpoint(client: Json, known: Known) -> Iterator[Match]:
    where = _where(vpc_id=known["vpc_id"], service_name=known["service_name"])
    for each in pages(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=where):
        if each["State"].lower() not in _GONE:
            yield Match(each["VpcEndpointId"], {"prefix_list_id": _prefix_list(client, known)}, by="attachment")


def _prefix_list(client: Json, known: Known) -> str | None:
    """What rules towards a gateway endpoint refer to; interfaces have none."""
    where = [{"Name": "prefix-list-name", "Values": [known["service_name"]]}]
    return next((each["PrefixListId"] for each in client.describe_prefix_lists(Filters=where)["PrefixLists"]), None)


def _flow_log(client: Json, known: Known) -> Iterator[Match]:
    where = {"Filters": _where(resource_id=known["vpc_id"])}
    for each in pages(client, "describe_flow_logs", "FlowLogs", **where):
        place = each.get("LogDestination") or f":{each.get('LogGroupName')}"
        if (
            place.removesuffix(":*").rpartition(":")[2]
            == known["log_destination"].removesuffix(":*").rpartition(":")[2]
        ):
            yield Match(each["FlowLogId"], by="attachment")


FINDERS: Final = {
    "aws_eip": Finder("ec2", _eip),
    "aws_flow_log": Finder("ec2", _flow_log),
    "aws_internet_gateway": Finder("ec2", _internet_gateway),
    "aws_nat_gateway": Finder("ec2", _nat_gateway),
    "aws_route": Finder("ec2", _route, ("InvalidRouteTableID.NotFound",)),
    "aws_route_table": Finder("ec2", _route_table),
    "aws_route_table_association": Finder("ec2", _association, ("InvalidRouteTableID.NotFound",)),
    "aws_security_group": Finder("ec2", _security_group),
    "aws_subnet": Finder("ec2", _subnet),
    "aws_vpc": Finder("ec2", _vpc),
    "aws_vpc_endpoint": Finder("ec2", _endpoint),
    "aws_vpc_security_group_egress_rule": Finder(
        "ec2", lambda client, known: _firewall_rule(client, known, egress=True)
    ),
    "aws_vpc_security_group_ingress_rule": Finder(
        "ec2", lambda client, known: _firewall_rule(client, known, egress=False)
    ),
}
