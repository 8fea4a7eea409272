"""A target group: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("elbv2.describe_target_groups", Names=[known["name"]])["TargetGroups"]:
        arn = each["TargetGroupArn"]
        yield Match(arn, {"arn": arn, "arn_suffix": arn.rpartition(":")[2]})


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from (Use(arn, f"load balancer {arn}") for arn in thing.told.get("LoadBalancerArns", []))
    yield from elb.targets(aws, thing.identity)


KIND = Kind(
    type="aws_lb_target_group",
    replaced_by=("name", "port", "protocol", "target_type", "vpc_id"),
    guarded="in use",
    interrupts="it has no healthy targets until the service has moved",
    find=_find,
    missing=("TargetGroupNotFound",),
    name="name",
    look=elb.described("describe_target_groups", "TargetGroups", "TargetGroupArns", "TargetGroupNotFound"),
    tags=elb.tags,
    of_arn=elb.arn("targetgroup"),
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{*}",
    settings={
        "name": "TargetGroupName",
        "port": "Port",
        "protocol": "Protocol",
        "target_type": "TargetType",
        "vpc_id": "VpcId",
    },
    quota=Quota("target groups", "elasticloadbalancing", "L-B22855CB", 3000),
    removal=Removal(
        ("elbv2 delete-target-group --target-group-arn {id}",),
        uses=_uses,
        after=("aws_ecs_service", "aws_lb", "aws_lb_listener", "aws_lb_listener_rule"),
    ),
)
