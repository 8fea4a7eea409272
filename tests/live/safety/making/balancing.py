"""Load balancers and what is attached to them."""

from typing import Any

from tests.live.safety.account import World
from tests.live.safety.making.network import pairs


def _more(tags: dict[str, str]) -> dict[str, Any]:
    return {"Tags": pairs(tags)} if tags else {}


def _balancer(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    elb = world.client("elbv2")
    made = elb.create_load_balancer(
        Name=given["name"],
        Subnets=given["subnets"],
        SecurityGroups=given["security_groups"],
        Scheme="internal" if given["internal"] else "internet-facing",
        Type="application",
        IpAddressType="ipv4",
        **_more(tags),
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    logs = given.get("access_logs", [{}])[0]
    attributes = {
        "deletion_protection.enabled": str(given["enable_deletion_protection"]).lower(),
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "idle_timeout.timeout_seconds": str(given["idle_timeout"]),
    }
    if logs:
        attributes |= {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": logs["bucket"]}
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
    )
    told = {"dns_name": made["DNSName"], "zone_id": made["CanonicalHostedZoneId"]}
    return {"id": arn, "arn": arn, "arn_suffix": arn.partition("loadbalancer/")[2], **told}


def _actions(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_action(each) for each in given]


def _action(given: dict[str, Any]) -> dict[str, Any]:
    if given["type"] == "forward":
        return {"Type": "forward", "TargetGroupArn": given["target_group_arn"]}
    if given["type"] == "redirect":
        told = given["redirect"][0]
        where = {"Port": told["port"], "Protocol": told["protocol"], "StatusCode": told["status_code"]}
        return {"Type": "redirect", "RedirectConfig": where}
    told = given["fixed_response"][0]
    answer = {"ContentType": told["content_type"], "MessageBody": told["message_body"], "StatusCode": "404"}
    return {"Type": "fixed-response", "FixedResponseConfig": answer}


def _listener(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    secure = {}
    if "certificate_arn" in given:
        secure = {
            "SslPolicy": given["ssl_policy"],
            "Certificates": [{"CertificateArn": given["certificate_arn"]}],
        }
    made = world.client("elbv2").create_listener(
        LoadBalancerArn=given["load_balancer_arn"],
        Port=given["port"],
        Protocol=given["protocol"],
        DefaultActions=_actions(given["default_action"]),
        **secure,
        **_more(tags),
    )
    arn = made["Listeners"][0]["ListenerArn"]
    return {"id": arn, "arn": arn}


def _rule(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    fields = {"path_pattern": "path-pattern", "host_header": "host-header"}
    conditions = [
        {"Field": fields[name], "Values": told[0]["values"]}
        for condition in given["condition"]
        for name, told in condition.items()
    ]
    made = world.client("elbv2").create_rule(
        ListenerArn=given["listener_arn"],
        Priority=given["priority"],
        Conditions=conditions,
        Actions=_actions(given["action"]),
        **_more(tags),
    )
    arn = made["Rules"][0]["RuleArn"]
    return {"id": arn, "arn": arn}


def _target_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    check = given["health_check"][0]
    made = world.client("elbv2").create_target_group(
        Name=given["name"],
        Protocol=given["protocol"],
        Port=given["port"],
        VpcId=given["vpc_id"],
        TargetType=given["target_type"],
        HealthCheckProtocol=check["protocol"],
        HealthCheckPath=check["path"],
        Matcher={"HttpCode": check["matcher"]},
        **_more(tags),
    )
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    return {"id": arn, "arn": arn, "arn_suffix": arn.rpartition(":")[2]}


MAKERS = {
    "aws_lb": _balancer,
    "aws_lb_listener": _listener,
    "aws_lb_listener_rule": _rule,
    "aws_lb_target_group": _target_group,
}
