"""Secrets Manager: what cannot be the name or ARN of a secret, such as the value of one, is refused as AWS refuses it."""

import re
from typing import Any

from moto.secretsmanager.exceptions import ValidationException
from moto.secretsmanager.models import SecretsManagerBackend

from stage3c.rehearsal.emulator.refusals import refuse_while

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!:-]{1,2048}")


def extend() -> None:
    """Refuse it for reading."""
    refuse_while(SecretsManagerBackend, "get_secret_value", "", _is_no_name, lambda _, told: ValidationException(told))


def _is_no_name(_backend: Any, secret_id: str, *_: Any, **__: Any) -> str:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html (from memory)."""
    told = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    return "" if _NAME.fullmatch(secret_id) else told
