"""What every bucket of ours has: closed to the public, encrypted, owned by its account, deaf to plain HTTP."""

from collections.abc import Iterator

from stage3c.graph import Ref, Text, Value

_CLOSED = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def private_settings() -> Iterator[tuple[str, dict[str, Value]]]:
    """The types beside `aws_s3_bucket` with their arguments, but for the bucket itself."""
    yield "aws_s3_bucket_public_access_block", dict.fromkeys(_CLOSED, True)
    yield "aws_s3_bucket_ownership_controls", {"rule": [{"object_ownership": "BucketOwnerEnforced"}]}
    # Access logs know SSE-S3 only,
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html (2026-11-23)
    encryption: Value = [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]
    yield "aws_s3_bucket_server_side_encryption_configuration", {"rule": encryption}


def tls_only(arn: Ref) -> dict[str, Value]:
    """The statement that denies everything that comes without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, Text(arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
