"""EC2: the network, its firewalls and endpoints."""

from typing import Any

from tests.live.safety.account import World


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tag(world: World, identity: str, tags: dict[str, str]) -> None:
    if tags:
        world.client("ec2").create_tags(Resources=[identity], Tags=pairs(tags))


def _vpc(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    ec2 = world.client("ec2")
    identity = ec2.create_vpc(CidrBlock=given["cidr_block"])["Vpc"]["VpcId"]
    _tag(world, identity, tags)
    ec2.modify_vpc_attribute(VpcId=identity, EnableDnsHostnames={"Value": True})
    return {"id": identity, "arn": _arn("vpc", identity)}


def _arn(kind: str, identity: str) -> str:
    return f"arn:aws:ec2:us-east-1:123456789012:{kind}/{identity}"


def _subnet(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {"VpcId": given["vpc_id"], "CidrBlock": given["cidr_block"], "AvailabilityZone": given["availability_zone"]}
    identity = world.client("ec2").create_subnet(**asked)["Subnet"]["SubnetId"]
    _tag(world, identity, tags)
    return {"id": identity, "arn": _arn("subnet", identity)}


def _internet_gateway(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    ec2 = world.client("ec2")
    identity = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    _tag(world, identity, tags)
    ec2.attach_internet_gateway(InternetGatewayId=identity, VpcId=given["vpc_id"])
    return {"id": identity, "arn": _arn("internet-gateway", identity)}


def _eip(world: World, _given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("ec2").allocate_address(Domain="vpc")
    identity = made["AllocationId"]
    _tag(world, identity, tags)
    return {
        "id": identity,
        "allocation_id": identity,
        "public_ip": made["PublicIp"],
        "arn": _arn("elastic-ip", identity),
    }


def _nat_gateway(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {"SubnetId": given["subnet_id"], "AllocationId": given["allocation_id"]}
    identity = world.client("ec2").create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    _tag(world, identity, tags)
    return {"id": identity}


def _route_table(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    identity = world.client("ec2").create_route_table(VpcId=given["vpc_id"])["RouteTable"]["RouteTableId"]
    _tag(world, identity, tags)
    return {"id": identity, "arn": _arn("route-table", identity)}


def _route(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    via = {"gateway_id": "GatewayId", "nat_gateway_id": "NatGatewayId"}
    target = {option: given[name] for name, option in via.items() if name in given}
    table, where = given["route_table_id"], given["destination_cidr_block"]
    world.client("ec2").create_route(RouteTableId=table, DestinationCidrBlock=where, **target)
    return {"id": f"r-{table}1080289494"}  # the provider's hash of 0.0.0.0/0


def _association(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"RouteTableId": given["route_table_id"], "SubnetId": given["subnet_id"]}
    return {"id": world.client("ec2").associate_route_table(**asked)["AssociationId"]}


def _security_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    """Terraform takes the rule away that AWS gives to every group."""
    ec2 = world.client("ec2")
    asked = {"GroupName": given["name"], "Description": given["description"], "VpcId": given["vpc_id"]}
    identity = ec2.create_security_group(**asked)["GroupId"]
    _tag(world, identity, tags)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=[everything])
    return {"id": identity, "arn": _arn("security-group", identity)}


def _default_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    """AWS has made it with the VPC; Terraform takes its rules away."""
    ec2 = world.client("ec2")
    where = [{"Name": "vpc-id", "Values": [given["vpc_id"]]}, {"Name": "group-name", "Values": ["default"]}]
    group = ec2.describe_security_groups(Filters=where)["SecurityGroups"][0]
    identity = group["GroupId"]
    if group["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=identity, IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=group["IpPermissionsEgress"])
    _tag(world, identity, tags)
    return {"id": identity, "arn": _arn("security-group", identity)}


def _permission(given: dict[str, Any]) -> dict[str, Any]:
    told = {"Description": given.get("description", "")}
    peer = {
        "cidr_ipv4": ("IpRanges", "CidrIp"),
        "prefix_list_id": ("PrefixListIds", "PrefixListId"),
        "referenced_security_group_id": ("UserIdGroupPairs", "GroupId"),
    }
    ((members, member, value),) = ((*peer[name], given[name]) for name in peer if name in given)
    ports = {"IpProtocol": given["ip_protocol"], "FromPort": given["from_port"], "ToPort": given["to_port"]}
    return {**ports, members: [{member: value, **told}]}


def _rule(world: World, given: dict[str, Any], tags: dict[str, str], side: str) -> dict[str, Any]:
    ec2 = world.client("ec2")
    allow = getattr(ec2, f"authorize_security_group_{side}")
    made = allow(GroupId=given["security_group_id"], IpPermissions=[_permission(given)])
    identity = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    _tag(world, identity, tags)
    return {
        "id": identity,
        "security_group_rule_id": identity,
        "arn": _arn("security-group-rule", identity),
    }


def _endpoint(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    ec2 = world.client("ec2")
    names = {
        "vpc_id": "VpcId",
        "service_name": "ServiceName",
        "vpc_endpoint_type": "VpcEndpointType",
        "route_table_ids": "RouteTableIds",
        "subnet_ids": "SubnetIds",
        "security_group_ids": "SecurityGroupIds",
        "private_dns_enabled": "PrivateDnsEnabled",
    }
    made = ec2.create_vpc_endpoint(**{names[name]: value for name, value in given.items() if name in names})
    identity = made["VpcEndpoint"]["VpcEndpointId"]
    _tag(world, identity, tags)
    where = [{"Name": "prefix-list-name", "Values": [given["service_name"]]}]
    lists = ec2.describe_prefix_lists(Filters=where)["PrefixLists"]
    told = {"prefix_list_id": lists[0]["PrefixListId"]} if lists else {}
    return {"id": identity, "arn": _arn("vpc-endpoint", identity), **told}


def _flow_log(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("ec2").create_flow_logs(
        ResourceIds=[given["vpc_id"]],
        ResourceType="VPC",
        TrafficType=given["traffic_type"],
        LogDestinationType=given["log_destination_type"],
        LogDestination=given["log_destination"],
        DeliverLogsPermissionArn=given["iam_role_arn"],
    )
    identity = made["FlowLogIds"][0]
    _tag(world, identity, tags)
    return {"id": identity, "arn": _arn("vpc-flow-log", identity)}


MAKERS = {
    "aws_default_security_group": _default_group,
    "aws_eip": _eip,
    "aws_flow_log": _flow_log,
    "aws_internet_gateway": _internet_gateway,
    "aws_nat_gateway": _nat_gateway,
    "aws_route": _route,
    "aws_route_table": _route_table,
    "aws_route_table_association": _association,
    "aws_security_group": _security_group,
    "aws_subnet": _subnet,
    "aws_vpc": _vpc,
    "aws_vpc_endpoint": _endpoint,
    "aws_vpc_security_group_egress_rule": lambda world, given, tags: _rule(world, given, tags, "egress"),
    "aws_vpc_security_group_ingress_rule": lambda world, given, tags: _rule(world, given, tags, "ingress"),
}
