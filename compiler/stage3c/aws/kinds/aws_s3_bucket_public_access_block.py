"""The public access block of a bucket."""

from stage3c.aws.kinds import s3
from stage3c.aws.kinds.kind import Kind

KIND: Kind = s3.part(
    "aws_s3_bucket_public_access_block",
    "get_public_access_block",
    "PublicAccessBlockConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
)
