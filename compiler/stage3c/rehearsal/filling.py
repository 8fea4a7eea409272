"""Secrets that people fill in: a rehearsal stores make-believe values, since what it proves is that each is found."""

import json
import secrets
from collections.abc import Sequence

from stage3c.delivery.filling import empty_secrets
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.pipeline import Build

_NOT_THERE = "ResourceNotFoundException"


def make_existing(account: Account, stack: Stack) -> None:
    """Make the secrets of the spec that are in the account before the stack."""
    for secret in stack.secrets.values():
        if (
            secret.existing
            and account.maybe("secretsmanager.describe_secret", _NOT_THERE, SecretId=secret.existing) is None
        ):
            account.ask("secretsmanager.create_secret", Name=secret.existing, SecretString=_value(secret.keys))


def fill(account: Account, build: Build) -> list[str]:
    """Give each secret of the stack that has no value one, and return notes."""
    notes = []
    for empty in empty_secrets(account, build):
        value = _value(build.stack.secrets[empty.key].keys)
        account.ask("secretsmanager.put_secret_value", SecretId=empty.name, SecretString=value)
        notes.append(f"secret {empty.name}: a make-believe value, since people fill it in")
    return notes


def _value(keys: Sequence[str]) -> str:
    return json.dumps({key: secrets.token_urlsafe(12) for key in keys}) if keys else secrets.token_urlsafe(12)
