"""Load balancers: by name, and what hangs on them by port and priority."""

from collections.abc import Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match, pages


def _balancer(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_load_balancers(Names=[known["name"]])["LoadBalancers"]:
        arn = each["LoadBalancerArn"]
        told = {"arn": arn, "dns_name": each["DNSName"], "zone_id": each.get("CanonicalHostedZoneId")}
        yield Match(arn, {**told, "arn_suffix": arn.partition("loadbalancer/")[2]})


def _target_group(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_target_groups(Names=[known["name"]])["TargetGroups"]:
        arn = each["TargetGroupArn"]
        yield Match(arn, {"arn": arn, "arn_suffix": arn.rpartition(":")[2]})


def _listener(client: Json, known: Known) -> Iterator[Match]:
    for each in pages(client, "describe_listeners", "Listeners", LoadBalancerArn=known["load_balancer_arn"]):
        if each["Port"] == known["port"]:
            yield Match(each["ListenerArn"], {"arn": each["ListenerArn"]}, by="attachment")


def _rule(client: Json, known: Known) -> Iterator[Match]:
    for each in pages(client, "describe_rules", "Rules", ListenerArn=known["listener_arn"]):
        if each["Priority"] == str(known["priority"]):
            yield Match(each["RuleArn"], {"arn": each["RuleArn"]}, by="attachment")


FINDERS: Final = {
    "aws_lb": Finder("elbv2", _balancer, ("LoadBalancerNotFound",), "name"),
    "aws_lb_listener": Finder("elbv2", _listener, ("LoadBalancerNotFound", "ListenerNotFound")),
    "aws_lb_listener_rule": Finder("elbv2", _rule, ("ListenerNotFound", "RuleNotFound")),
    "aws_lb_target_group": Finder("elbv2", _target_group, ("TargetGroupNotFound",), "name"),
}
