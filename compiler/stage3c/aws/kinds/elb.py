"""What the load balancer types share."""

from collections.abc import Callable, Iterator

from stage3c.aws.kinds.kind import Aws, Json, Tags, Thing, Use, first, of_arn, tags_of

LOAD_BALANCER = r"(?P<before>arn:.+:)listener(-rule)?(?P<place>/app/[^/]+/[^/]+)/.+"


def described(call: str, members: str, parameter: str, *missing: str) -> Callable[[Aws, str], Json]:
    """A `look` by ARN."""
    return first(f"elbv2.{call}", members, parameter, *missing)


def arn(thing: str) -> Callable[[str], str | None]:
    """A reader of the ARNs of one type, which are import ids as they are."""
    return of_arn(rf"elasticloadbalancing:[^:]*:[^:]*:{thing}/.+(?P<id>)")


def tags(aws: Aws, thing: Thing) -> Tags:
    """The tags of one ARN."""
    return tags_of(aws.ask("elbv2.describe_tags", ResourceArns=[thing.identity])["TagDescriptions"][0]["Tags"])


def targets(aws: Aws, group: str) -> Iterator[Use]:
    """The targets registered with a target group."""
    told = aws.ask("elbv2.describe_target_health", TargetGroupArn=group)["TargetHealthDescriptions"]
    alive = [each["Target"]["Id"] for each in told if each["TargetHealth"]["State"] not in ("unused", "draining")]
    registered = alive or [each["Target"]["Id"] for each in told]
    yield from (Use("", f"target {each}") for each in registered)


def bare(name: str) -> str:
    """A DNS name without what Route 53 and consoles add to it."""
    return name.rstrip(".").lower().removeprefix("dualstack.")


def leads_to(record: Json) -> set[str]:
    """The names that a DNS record leads to."""
    values = [each["Value"] for each in record.get("ResourceRecords", [])]
    alias = record.get("AliasTarget")
    return {bare(each) for each in [*values, *([alias["DNSName"]] if alias else [])]}
