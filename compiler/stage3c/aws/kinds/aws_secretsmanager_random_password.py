"""A random password: an ephemeral resource, stored in no state."""

from stage3c.aws.kinds.kind import Kind

KIND = Kind(type="aws_secretsmanager_random_password", untagged="not a resource")
