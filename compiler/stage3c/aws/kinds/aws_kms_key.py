"""A KMS key; specs refer to one and never make one."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_kms_key", arn="arn:{partition}:kms:{region}:{account}:key/{*}")
