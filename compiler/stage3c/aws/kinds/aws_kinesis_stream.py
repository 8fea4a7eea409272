"""A Kinesis stream; specs refer to one and never make one."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_kinesis_stream", arn="arn:{partition}:kinesis:{region}:{account}:stream/{name}")
