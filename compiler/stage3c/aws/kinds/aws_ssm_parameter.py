"""An SSM parameter; specs refer to one and never make one."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_ssm_parameter", arn="arn:{partition}:ssm:{region}:{account}:parameter/{name}")
