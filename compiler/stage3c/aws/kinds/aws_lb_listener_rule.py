"""A listener rule: the one of its priority on its listener."""

from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.aws_lb_listener import balancer_of
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.all("elbv2.describe_rules", "Rules", ListenerArn=known["listener_arn"]):
        if each["Priority"] == str(known["priority"]):
            yield Match(each["RuleArn"], {"arn": each["RuleArn"]}, by="attachment")


def _uses(_aws: Aws, thing: Thing) -> Iterator[Use]:
    arn = balancer_of(thing.identity)
    yield Use(arn, f"load balancer {arn}, which routes by it")


KIND = Kind(
    type="aws_lb_listener_rule",
    find=_find,
    missing=("ListenerNotFound", "RuleNotFound"),
    look=elb.described("describe_rules", "Rules", "RuleArns", "RuleNotFound"),
    tags=elb.tags,
    of_arn=elb.arn("listener-rule"),
    judged_on="arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/app/{*}/{*}/{*}/{*}",
    settings={"listener_arn": ""},
    removal=Removal(("elbv2 delete-rule --rule-arn {id}",), uses=_uses, after=("aws_ecs_service",)),
)
