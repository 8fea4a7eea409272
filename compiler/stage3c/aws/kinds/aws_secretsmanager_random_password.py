"""A random password, which Terraform asks for and keeps nowhere."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_secretsmanager_random_password", untagged="not a resource")
