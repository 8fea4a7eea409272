"""What all resources share: names made of project, environment and key; zones; tags; the account and the partition."""

from stage3c.aws.names import aws_name
from stage3c.graph import Ref, Text, Value
from stage3c.language.model.stack import Stack

ACCOUNT = Ref("data.aws_caller_identity.current", "account_id")


def named(stack: Stack, kind: str, *keys: str, separator: str = "-", prefix: str = "") -> str:
    """The AWS name of something of this stack: `named(stack, "aws_lb.name", "public")`."""
    return aws_name(kind, (stack.project, stack.environment, *keys), separator, prefix)


def name_tag(stack: Stack, *keys: str) -> dict[str, Value]:
    """The Name tag that AWS's console shows."""
    return {"Name": "-".join((stack.project, stack.environment, *keys))}


def zone_letter(stack: Stack, zone: str) -> str:
    """What is left of a zone without its region: `us-east-1a` -> `a`."""
    return zone.removeprefix(stack.region)


def tier_subnets(stack: Stack, tier: str) -> list[Value]:
    """The ids of a tier's subnets, one per zone."""
    zones = stack.network.zones[: len(stack.network.subnets[tier].cidrs)]
    return [Ref(f"aws_subnet.{tier}_{zone_letter(stack, zone)}") for zone in zones]


def partition(stack: Stack) -> str:
    """The partition of ARNs, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (2026-11-23)."""
    prefixes = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for prefix, name in prefixes.items() if stack.region.startswith(f"{prefix}-")), "aws")


def from_this_account(stack: Stack, service: str) -> dict[str, Value]:
    """The condition that keeps another account's use of an AWS service out: the confused deputy."""
    arn = Text(f"arn:{partition(stack)}:{service}:{stack.region}:", ACCOUNT, ":*")
    return {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": arn}}


def trust(stack: Stack, principal: str, source: str) -> dict[str, Value]:
    """A trust policy for one AWS service on behalf of this account."""
    statement: dict[str, Value] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": principal},
        "Condition": from_this_account(stack, source),
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
