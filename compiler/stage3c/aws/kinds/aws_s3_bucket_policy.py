"""The policy of a bucket."""

from stage3c.aws.kinds import s3
from stage3c.aws.kinds.kind import Kind

KIND: Kind = s3.part(
    "aws_s3_bucket_policy",
    "get_bucket_policy",
    "Policy",
    "NoSuchBucketPolicy",
)
