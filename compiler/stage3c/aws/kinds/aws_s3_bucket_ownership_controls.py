"""The ownership controls of a bucket."""

from stage3c.aws.kinds import s3
from stage3c.aws.kinds.kind import Kind

KIND: Kind = s3.part(
    "aws_s3_bucket_ownership_controls",
    "get_bucket_ownership_controls",
    "OwnershipControls",
    "OwnershipControlsNotFoundError",
)
