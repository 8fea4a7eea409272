"""A listener rule: the one of its conditions on its listener, or else of its priority."""

from collections.abc import Iterator

from stage3c.aws.kinds import elb
from stage3c.aws.kinds.aws_lb_listener import balancer_of
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    rules = list(aws.all("elbv2.describe_rules", "Rules", ListenerArn=known["listener_arn"]))
    same = [each for each in rules if _told(each) and _told(each) == _wanted(known)]
    for each in same or [each for each in rules if each["Priority"] == str(known["priority"])]:
        yield Match(each["RuleArn"], {"arn": each["RuleArn"]}, by="attachment")


def _told(rule: Json) -> list[tuple[str, ...]]:
    """The conditions of a rule by hosts and paths, as AWS describes them."""
    configurations = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
    found = ((each["Field"], each) for each in rule.get("Conditions", []))
    return sorted(
        (field, *sorted(each.get(configurations.get(field, ""), {}).get("Values") or each.get("Values", [])))
        for field, each in found
    )


def _wanted(known: Known) -> list[tuple[str, ...]]:
    """The same, as a stack has them."""
    return sorted(
        (name.replace("_", "-"), *sorted(values))
        for condition in known.get("condition") or []
        for name, inner in condition.items()
        if (values := inner[0].get("values"))
    )


def _uses(_aws: Aws, thing: Thing) -> Iterator[Use]:
    arn = balancer_of(thing.identity)
    yield Use(arn, f"load balancer {arn}, which routes by it")


KIND = Kind(
    type="aws_lb_listener_rule",
    replaced_by=("listener_arn",),
    interrupts="its requests are not forwarded in between",
    find=_find,
    missing=("ListenerNotFound", "RuleNotFound"),
    look=elb.described("describe_rules", "Rules", "RuleArns", "RuleNotFound"),
    tags=elb.tags,
    of_arn=elb.arn("listener-rule"),
    judged_on="arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/app/{*}/{*}/{*}/{*}",
    settings={"listener_arn": ""},
    removal=Removal(("elbv2 delete-rule --rule-arn {id}",), uses=_uses, after=("aws_ecs_service",)),
)
