"""What goes with what: the parts that AWS makes or deletes together with the whole."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Key = tuple[str, str]


def with_parts(everything: Mapping[Key, Any], wholes: Iterable[Key]) -> set[Key]:
    """These, and all that cannot be without them."""
    found = set(wholes)
    size = -1
    while len(found) != size:
        size = len(found)
        found |= {key for key, told in everything.items() if any(whole in found for whole in _wholes(key, told))}
        found |= {part for whole in found & everything.keys() for part in _interfaces(whole, everything[whole])}
    return found


def _wholes(key: Key, told: Any) -> Iterator[Key]:  # noqa: C901, PLR0912 - one case a type
    kind, name = key
    match kind:
        case "aws_route":
            yield "aws_route_table", name.partition("_")[0]
        case "aws_route_table_association":
            yield "aws_route_table", told["RouteTableId"]
            yield "aws_subnet", told.get("SubnetId", "")
        case "aws_route_table" if told["main"]:
            yield "aws_vpc", told["vpc"]
        case "aws_security_group" if told["GroupName"] == "default":
            yield "aws_vpc", told["VpcId"]
        case "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule":
            yield "aws_security_group", told["GroupId"]
        case "aws_cloudwatch_event_target":
            yield "aws_cloudwatch_event_rule", name.partition("/")[0]
        case "aws_iam_role_policy":
            yield "aws_iam_role", name.partition(":")[0]
        case "aws_ecr_lifecycle_policy":
            yield "aws_ecr_repository", name
        case "aws_secretsmanager_secret_version":
            yield "aws_secretsmanager_secret", name.partition("|")[0]
        case "aws_ecs_cluster_capacity_providers":
            yield "aws_ecs_cluster", f"arn:aws:ecs:us-east-1:123456789012:cluster/{name}"
        case "aws_sns_topic_policy":
            yield "aws_sns_topic", name
        case "aws_sns_topic_subscription":
            yield "aws_sns_topic", name.rpartition(":")[0]
        case "aws_lb_listener":
            yield "aws_lb", told[0]["LoadBalancerArn"]
        case "aws_lb_listener_rule":
            yield "aws_lb_listener", name.replace(":listener-rule/", ":listener/").rpartition("/")[0]
        case "aws_appautoscaling_policy":
            yield "aws_ecs_service", f"arn:aws:ecs:us-east-1:123456789012:{told[0]}"
        case "aws_network_interface" if told["Description"].startswith("ELB "):
            where = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/"
            yield "aws_lb", told["Description"].replace("ELB ", where)
        case _ if kind.startswith("aws_s3_bucket_"):
            yield "aws_s3_bucket", name


def _interfaces(whole: Key, told: Any) -> Iterator[Key]:
    kind, _ = whole
    if kind == "aws_vpc_endpoint":
        yield from (("aws_network_interface", each) for each in told.get("NetworkInterfaceIds", []))
    if kind == "aws_nat_gateway":
        addresses = told.get("NatGatewayAddresses", [])
        yield from (("aws_network_interface", each.get("NetworkInterfaceId", "")) for each in addresses)
