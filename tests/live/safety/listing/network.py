"""What EC2 and Elastic Load Balancing have."""

from collections.abc import Iterator
from typing import Any

from tests.live.safety.account import World

Listed = Iterator[tuple[str, str, Any]]
_SIMPLE = (
    ("aws_vpc", "describe_vpcs", "Vpcs", "VpcId"),
    ("aws_subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("aws_internet_gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("aws_eip", "describe_addresses", "Addresses", "AllocationId"),
    ("aws_vpc_endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("aws_nat_gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("aws_flow_log", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("aws_network_interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
)


def everything(world: World) -> Listed:
    """All of them; the default VPC and what belongs to it are AWS's own, and listed too."""
    ec2 = world.client("ec2")
    for kind, operation, members, identity in _SIMPLE:
        for each in getattr(ec2, operation)()[members]:
            if each.get("State") != "deleted":
                yield kind, each[identity], each
    for each in ec2.describe_instances()["Reservations"]:
        for instance in each["Instances"]:
            yield "aws_instance", instance["InstanceId"], instance["State"]
    yield from _route_tables(ec2)
    yield from _groups(ec2)
    yield from _balancers(world.client("elbv2"))


def _route_tables(ec2: Any) -> Listed:
    for table in ec2.describe_route_tables()["RouteTables"]:
        identity = table["RouteTableId"]
        main = any(each["Main"] for each in table["Associations"])
        yield "aws_route_table", identity, {"vpc": table["VpcId"], "tags": table["Tags"], "main": main}
        for route in table["Routes"]:
            names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
            where = next((route[name] for name in names if route.get(name)), "")
            yield "aws_route", f"{identity}_{where}", route
        for each in table["Associations"]:
            yield "aws_route_table_association", each["RouteTableAssociationId"], each


def _groups(ec2: Any) -> Listed:
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        told = {name: group.get(name) for name in ("GroupName", "VpcId", "Description", "Tags")}
        yield "aws_security_group", group["GroupId"], told
    for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]:
        side = "egress" if rule["IsEgress"] else "ingress"
        yield f"aws_vpc_security_group_{side}_rule", rule["SecurityGroupRuleId"], rule


def _balancers(elb: Any) -> Listed:
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        yield "aws_lb", arn, (balancer, attributes, _tags(elb, arn))
        for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            name = listener["ListenerArn"]
            yield "aws_lb_listener", name, (listener, _tags(elb, name))
            for rule in elb.describe_rules(ListenerArn=name)["Rules"]:
                if not rule["IsDefault"]:
                    yield "aws_lb_listener_rule", rule["RuleArn"], (rule, _tags(elb, rule["RuleArn"]))
    for group in elb.describe_target_groups()["TargetGroups"]:
        arn = group["TargetGroupArn"]
        targets = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        constant = {name: value for name, value in group.items() if name != "LoadBalancerArns"}
        yield "aws_lb_target_group", arn, (constant, targets, _tags(elb, arn))


def _tags(elb: Any, arn: str) -> Any:
    return elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
