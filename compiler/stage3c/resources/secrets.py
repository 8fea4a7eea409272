"""Secrets: containers whose value people fill in, and where each secret of a spec lives."""

from collections.abc import Iterator

from msgspec import Struct

from stage3c.graph import Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named

DATABASE_KEYS = ("username", "password")
"""What a secret of RDS holds, and nothing else,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html (2026-11-23)."""


class SecretHome(Struct, frozen=True):
    """A secret as those who are given it see it."""

    arn: Ref
    format: str
    keys: tuple[str, ...]
    kms_key: str | None


def secrets(stack: Stack) -> Iterator[Resource]:
    """The declared secrets: a container of this stack, or a look at one that exists."""
    for name, secret in stack.secrets.items():
        origin = Origin(("secrets", name))
        if secret.existing:
            yield Resource("aws_secretsmanager_secret", name, {"name": secret.existing}, origin, "data")
            continue
        attributes: dict[str, Value] = {
            "name": secret_name(stack, secret.formerly or name),
            "description": secret.description or f"Filled in by hand: {', '.join(secret.keys) or 'one plain text'}",
            "kms_key_id": secret.kms_key,
            "recovery_window_in_days": recovery_days(stack) if secret.recovery_days is None else secret.recovery_days,
        }
        yield Resource("aws_secretsmanager_secret", name, attributes, origin)


def recovery_days(stack: Stack) -> int:
    """How long a deleted secret can be restored by default; meanwhile a new stack cannot take its name."""
    return 30 if stack.in_production else 0


def secret_name(stack: Stack, name: str) -> str:
    """The AWS name of a secret of this stack; slashes, since a hyphen and six characters read like part of an ARN."""
    return named(stack, "aws_secretsmanager_secret.name", name, separator="/")


def secret_of(stack: Stack, name: str) -> SecretHome:
    """Where the secret of a database or of the spec lives, and what it holds."""
    database = stack.databases.get(name)
    if database:
        managed = database.credentials.kind == "rds_managed"
        instance = Ref(f"aws_db_instance.{name}", "master_user_secret[0].secret_arn")
        arn = instance if managed else Ref(f"aws_secretsmanager_secret.{name}", "arn")
        return SecretHome(arn, "json", DATABASE_KEYS, database.kms_key)
    secret = stack.secrets[name]
    prefix = "data." if secret.existing else ""
    return SecretHome(
        Ref(f"{prefix}aws_secretsmanager_secret.{name}", "arn"), secret.format, tuple(secret.keys), secret.kms_key
    )
