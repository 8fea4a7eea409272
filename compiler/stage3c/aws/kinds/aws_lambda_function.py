"""A Lambda function; specs refer to one and never make one."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_lambda_function", arn="arn:{partition}:lambda:{region}:{account}:function:{function_name}")
