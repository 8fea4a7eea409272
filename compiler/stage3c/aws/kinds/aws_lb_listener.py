"""A listener: the one of its port on its load balancer."""

import re
from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    listeners = aws.all("elbv2.describe_listeners", "Listeners", LoadBalancerArn=known["load_balancer_arn"])
    for each in listeners:
        if each["Port"] == known["port"]:
            yield Match(each["ListenerArn"], {"arn": each["ListenerArn"]}, by="attachment")


def _uses(_aws: Aws, thing: Thing) -> Iterator[Use]:
    arn = thing.told["LoadBalancerArn"]
    yield Use(arn, f"load balancer {arn}, which listens through it")


def balancer_of(arn: str) -> str:
    """The ARN of the load balancer that a listener or a rule belongs to, which its own ARN contains."""
    found = re.fullmatch(elb.LOAD_BALANCER, arn)
    return f"{found['before']}loadbalancer{found['place']}" if found else ""


KIND = Kind(
    type="aws_lb_listener",
    replaced_by=("load_balancer_arn",),
    interrupts="it answers no requests in between",
    find=_find,
    missing=("LoadBalancerNotFound", "ListenerNotFound"),
    look=elb.described("describe_listeners", "Listeners", "ListenerArns", "ListenerNotFound"),
    tags=elb.tags,
    of_arn=elb.arn("listener"),
    judged_on="arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{load_balancer_arn}/{*}/{*}",
    settings={"load_balancer_arn": "LoadBalancerArn"},
    removal=Removal(
        ("elbv2 delete-listener --listener-arn {id}",), uses=_uses, after=("aws_ecs_service", "aws_lb_listener_rule")
    ),
)
