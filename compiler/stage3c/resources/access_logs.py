"""Buckets for the access logs of load balancers: private, encrypted, written by Elastic Load Balancing alone, emptied by age."""

from collections.abc import Iterator

from stage3c.aws.names import limit_for, shorten
from stage3c.graph import Json, Origin, Ref, Resource, Text, Value
from stage3c.language.model.load_balancer import AccessLogs, LoadBalancer
from stage3c.language.model.stack import Stack
from stage3c.resources.buckets import private_settings, tls_only
from stage3c.resources.naming import ACCOUNT, partition

_ACCOUNT_CHARS = 13  # a hyphen and twelve digits


def access_logs(stack: Stack) -> Iterator[Resource]:
    """One bucket for each load balancer that logs."""
    for name, balancer in stack.load_balancers.items():
        described = access_logs_of(stack, balancer)
        if described is None:
            continue
        origin, address = Origin(("load_balancers", name, "access_logs")), f"logs_{name}"
        bucket = Ref(f"aws_s3_bucket.{address}")
        named: dict[str, Value] = {"bucket": Text(_head(stack, balancer.formerly or name), "-", ACCOUNT)}
        if not stack.in_production:
            named["force_destroy"] = True
        yield Resource("aws_s3_bucket", address, named, origin)
        for kind, settings in _settings(described.days):
            yield Resource(kind, address, {"bucket": bucket, **settings}, origin)
        policy: dict[str, Value] = {"bucket": bucket, "policy": Json(_policy(stack, address))}
        waits = (f"aws_s3_bucket_public_access_block.{address}",)
        yield Resource("aws_s3_bucket_policy", address, policy, origin, depends_on=waits)


def access_logs_of(stack: Stack, balancer: LoadBalancer) -> AccessLogs | None:
    """What a load balancer logs: as given, else by default where strangers reach it in production."""
    if "access_logs" in balancer.model_fields_set:
        return balancer.access_logs
    by_default = balancer.scheme == "internet-facing" and stack.in_production
    return AccessLogs() if by_default else None


def _head(stack: Stack, name: str) -> str:
    """Bucket names are global, so the account's number ends them; what comes before is cut to leave it room."""
    limit = limit_for("aws_s3_bucket.bucket")
    assert limit is not None
    filler = "0" * (_ACCOUNT_CHARS - 1)
    whole = f"{stack.name}-{stack.region}-{name}-logs"
    room = limit.max_chars - _ACCOUNT_CHARS
    if len(whole) <= room:
        return whole
    return shorten(f"{filler}-{whole}", limit).removeprefix(f"{filler}-")


def _settings(days: int) -> Iterator[tuple[str, dict[str, Value]]]:
    yield from private_settings()
    expiry: dict[str, Value] = {
        "id": "expire",
        "status": "Enabled",
        "filter": [{"prefix": ""}],
        "expiration": [{"days": days}],
        "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
    }
    yield "aws_s3_bucket_lifecycle_configuration", {"rule": [expiry]}


def _policy(stack: Stack, address: str) -> dict[str, Value]:
    arn = Ref(f"aws_s3_bucket.{address}", "arn")
    balancers = f"arn:{partition(stack)}:elasticloadbalancing:{stack.region}:"
    write: dict[str, Value] = {
        "Sid": "AccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": Text(arn, "/AWSLogs/", ACCOUNT, "/*"),
        "Condition": {"ArnLike": {"aws:SourceArn": Text(balancers, ACCOUNT, ":loadbalancer/*")}},
    }
    return {"Version": "2012-10-17", "Statement": [write, tls_only(arn)]}
