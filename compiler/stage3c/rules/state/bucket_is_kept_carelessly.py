"""S3 bucket allows public access, plain HTTP or unlimited logs."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Text, Value, blocks, document, flag, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import load_balancers

_SWITCHES: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_SHORTEST: Final = 7  # days
_ANYBODY: Final[tuple[Value, ...]] = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what is written of each bucket; what is left out altogether is as S3 makes it, private and encrypted."""
    for block in graph.of_type("aws_s3_bucket_public_access_block"):
        off = [key for key in _SWITCHES if flag(block.attributes.get(key), default=False) is False]
        if off:
            yield at(block, f"does not set {' and '.join(off)} to true", f"set {' = true, '.join(off)} = true")
    for policy in graph.of_type("aws_s3_bucket_policy"):
        body = document(policy.attributes.get("policy"))
        statements = blocks(body.get("Statement")) if isinstance(body, Mapping) else []
        if statements and not any(_asks_for_tls(statement) for statement in statements):
            yield at(
                policy,
                "allows requests without TLS",
                'add a statement: Deny, Principal "*", s3:*, Condition = { Bool = { "aws:SecureTransport" = "false" } }',
            )
    for bucket in graph.of_type("aws_s3_bucket"):
        if _collects_logs(graph, bucket) and not graph.is_handed_out(bucket) and not _forgets(graph, bucket):
            yield at(
                bucket,
                "keeps load balancer logs forever",
                "add an aws_s3_bucket_lifecycle_configuration with expiration { days = 90 }",
            )
        for days in _lifetimes(graph, bucket) if _collects_logs(graph, bucket) else ():
            if days < _SHORTEST:
                yield at(
                    bucket,
                    f"deletes load balancer logs after {days} day{'s' * (days != 1)}",
                    "set days = 90 in expiration",
                )


def _asks_for_tls(statement: Mapping[str, Value]) -> bool:
    """Deny whatever comes without TLS, on the bucket and on everything in it."""
    condition = statement.get("Condition")
    test = condition.get("Bool") if isinstance(condition, Mapping) else None
    secure = str(test.get("aws:SecureTransport")).lower() if isinstance(test, Mapping) else ""
    actions, resources = items(statement.get("Action")), items(statement.get("Resource"))
    inside = [r for r in resources if str(r.parts[-1] if isinstance(r, Text) else r).endswith("*")]
    denied = statement.get("Effect") == "Deny" and statement.get("Principal") in _ANYBODY and secure == "false"
    return denied and any(action in ("s3:*", "*") for action in actions) and bool(inside)


def _collects_logs(graph: Graph, bucket: Resource) -> bool:
    return any(logs.bucket is bucket for balancer in load_balancers(graph) for logs in balancer.logs)


def _lifetimes(graph: Graph, bucket: Resource) -> Iterator[int]:
    """After how many days rules that are switched on delete objects."""
    for settings in graph.users(bucket, "aws_s3_bucket_lifecycle_configuration"):
        for rule in blocks(settings.attributes.get("rule")):
            days = [number(end.get("days")) for end in blocks(rule.get("expiration"))]
            is_met = rule.get("status") != "Disabled" and _is_about_logs(graph, bucket, rule)
            yield from (each for each in days if is_met and each is not None)


def _is_about_logs(graph: Graph, bucket: Resource, rule: Mapping[str, Value]) -> bool:
    """Tell whether a rule may be about the access logs in a bucket, by its prefix."""
    logs = [logs.prefix for balancer in load_balancers(graph) for logs in balancer.logs if logs.bucket is bucket]
    starts = [f"{prefix}/AWSLogs" if isinstance(prefix, str) and prefix else "AWSLogs" for prefix in logs]
    return any(start.startswith(_prefix(rule)) or _prefix(rule).startswith(start) for start in starts)


def _prefix(rule: Mapping[str, Value]) -> str:
    """What the names of the objects must start with; empty where that is not known."""
    filters = blocks(rule.get("filter"))
    parts = (rule, *filters, *(part for block in filters for part in blocks(block.get("and"))))
    written = [part.get("prefix") for part in parts]
    return next((each for each in written if isinstance(each, str)), "")


def _forgets(graph: Graph, bucket: Resource) -> bool:
    """Some rule that is switched on, and that is not certainly without an expiration."""
    if bucket.attributes.get("lifecycle_rule") is not None:
        return True
    written = [c.attributes.get("rule") for c in graph.users(bucket, "aws_s3_bucket_lifecycle_configuration")]
    rules = [rule for value in written for rule in blocks(value)]
    unknown = any(value is not None and not blocks(value) for value in written)
    return unknown or any(
        rule.get("status") != "Disabled" and rule.get("expiration") and _is_about_logs(graph, bucket, rule)
        for rule in rules
    )


RULE = Rule(
    id="STA221",
    scope="terraform",
    title="S3 bucket allows public access, plain HTTP or unlimited logs",
    severity=Severity.WARNING,
    what="A bucket does not block all public access, allows requests without TLS, or keeps logs forever or for too short a time.",
    why="One wrong policy makes it public; logs contain personal data and cost more every month.",
    fix="Block all public access, deny requests without TLS, and let logs expire.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html (2026-11-23)",
    bad_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket              = aws_s3_bucket.logs.id
  block_public_acls   = true
  block_public_policy = true
}
""",
    good_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
    check_graph=check,
)
