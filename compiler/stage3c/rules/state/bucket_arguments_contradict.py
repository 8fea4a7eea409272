"""Settings of a bucket contradict each other."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, number
from stage3c.rules.rule import Rule, at

_INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")
_EARLIEST: Final = 30


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the order of days in lifecycle rules, and at what access lists and copies need of their bucket."""
    for settings in graph.of_type("aws_s3_bucket_lifecycle_configuration"):
        for rule in blocks(settings.attributes.get("rule")):
            for fault in _of_rule(rule):
                yield at(settings, *fault)
        ids = (rule.get("id") for rule in blocks(settings.attributes.get("rule")))
        for name in (name for name, times in Counter(i for i in ids if isinstance(i, str)).items() if times > 1):
            yield at(settings, f'has two rules with the id "{name[:40]}"', "give each rule its own id")
    for acl in graph.of_type("aws_s3_bucket_acl"):
        bucket = graph.target(acl.attributes.get("bucket"))
        if bucket is not None and bucket.mode == "resource" and _refuses_lists(graph, bucket):
            yield at(
                acl,
                f"sets an access control list, but {bucket.address} has them disabled",
                "remove it, and allow access in an aws_s3_bucket_policy",
            )
    for copies in graph.of_type("aws_s3_bucket_replication_configuration"):
        bucket = graph.target(copies.attributes.get("bucket"))
        if bucket is not None and bucket.mode == "resource" and not _may_have_versions(graph, bucket):
            yield at(copies, f"copies {bucket.address}, which keeps no versions", "enable aws_s3_bucket_versioning")


def _may_have_versions(graph: Graph, bucket: Resource) -> bool:
    """Tell whether versioning is enabled, as it is by an object lock, or may be by what is not known."""
    settings = graph.of_type("aws_s3_bucket_versioning")
    own = [each for each in settings if graph.target(each.attributes.get("bucket")) in (bucket, None)]
    states = [block.get("status") for each in own for block in blocks(each.attributes.get("versioning_configuration"))]
    is_off = all(state in ("Disabled", "Suspended") for state in states)
    is_locked = bucket.attributes.get("object_lock_enabled") not in (None, False)
    return not is_off or is_locked or bucket.attributes.get("versioning") is not None or graph.is_handed_out(bucket)


def _of_rule(rule: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    ends = [number(block.get("days")) for block in blocks(rule.get("expiration"))]
    for transition in blocks(rule.get("transition")):
        days, storage = number(transition.get("days")), transition.get("storage_class")
        if days is not None and storage in _INFREQUENT and days < _EARLIEST:
            yield f"moves objects to {storage} after {days} days; S3 requires 30", "set days = 30 in transition"
        for end in ends:
            if days is not None and end is not None and end <= days:
                yield (
                    f"moves objects after {days} days, but they expire after {end}",
                    f"set expiration days above {days}",
                )


def _refuses_lists(graph: Graph, bucket: Resource) -> bool:
    """Since April 2023, a bucket of which nothing else is written has its access control lists disabled."""
    controls = graph.users(bucket, "aws_s3_bucket_ownership_controls")
    owners = [block.get("object_ownership") for each in controls for block in blocks(each.attributes.get("rule"))]
    return bool(owners) and all(owner == "BucketOwnerEnforced" for owner in owners)


RULE = Rule(
    id="STA232",
    scope="terraform",
    title="Settings of a bucket contradict each other",
    what=(
        "A lifecycle rule moves objects too early or after they expire, a bucket has an ACL that its ownership disables, "
        "or a bucket without versions is replicated."
    ),
    why="S3 rejects it: InvalidRequest, InvalidArgument or AccessControlListNotSupported.",
    fix="Let objects expire after their last transition, and use bucket policies instead of ACLs.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html (from memory)",
    bad_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    transition {
      days          = 120
      storage_class = "GLACIER"
    }
    expiration {
      days = 90
    }
  }
}
""",
    good_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    expiration {
      days = 90
    }
  }
}
""",
    check_graph=check,
)
