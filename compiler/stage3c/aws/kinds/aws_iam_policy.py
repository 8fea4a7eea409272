"""A managed IAM policy; specs refer to one and never make one."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_iam_policy", arn="arn:{partition}:iam::{account}:policy/{name}")
