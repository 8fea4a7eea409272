"""User name and password of the database: as ECS injected them at the start, or as Secrets Manager has them by now.

RDS rotates the password every seven days and ECS injects only when a task starts, so a running task finds out by being refused.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

# During a rotation the database has the new password a moment before the secret has it.
RENEW_MAX_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.25

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """One user name with its password."""

    username: SecretStr
    password: SecretStr


class SecretUnreadableError(Exception):
    """The secret cannot be fetched, or is not what RDS writes; the message contains none of its text."""


class Credentials:
    """The login that is believed to be right; whoever is refused asks for a newer one."""

    def __init__(self, login: Login, fetch: Callable[[], Login]) -> None:
        """Take the injected login, and what reads the present one and may block."""
        self.login = login
        self._fetch = fetch
        self._one_at_a_time = asyncio.Lock()
        self._refused_until = 0.0

    async def newer_than(self, refused: Login) -> Login | None:
        """A login other than the refused one, or None where there is none yet. Many may ask; one at a time reads the secret."""
        async with self._one_at_a_time:
            if self.login != refused:
                return self.login
            if monotonic() < self._refused_until:
                return None
            found = await self._wait_for_another(refused)
            if found is None:
                self._refused_until = monotonic() + PAUSE_SECONDS
                return None
            self.login = found
            logger.info("the database refused the password; the secret has a new one")
            return found

    async def _wait_for_another(self, refused: Login) -> Login | None:
        end = monotonic() + RENEW_MAX_SECONDS
        while monotonic() < end:
            try:
                found = await asyncio.to_thread(self._fetch)
            except SecretUnreadableError as error:
                logger.warning("the secret cannot be read", extra={"reason": str(error)})
                return None
            if found != refused:
                return found
            await asyncio.sleep(PAUSE_SECONDS)
        logger.warning("the database refuses the password that the secret has")
        return None


def fetch_from(arn: str) -> Callable[[], Login]:
    """What reads a secret by its ARN, which says the region."""

    @cache
    def client() -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
        limits = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
        return boto3.client("secretsmanager", region_name=arn.split(":")[3], config=limits)

    def fetch() -> Login:
        try:
            answer = client().get_secret_value(SecretId=arn)
        except ClientError as error:
            raise SecretUnreadableError(str(error.response.get("Error", {}).get("Code", "unknown"))) from None
        except BotoCoreError as error:
            raise SecretUnreadableError(type(error).__name__) from None
        return login_of(answer.get("SecretString"))

    # Creating the client takes a while, and once it is needed all requests wait for it. An error is reported at that time.
    with contextlib.suppress(BotoCoreError):
        client()
    return fetch


def login_of(text: object) -> Login:
    """The login that a secret's text holds: JSON with the keys username and password, as RDS writes it."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    names = ("username", "password")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) and found[name] for name in names):
        raise SecretUnreadableError("it is not JSON with the keys username and password")
    return Login(SecretStr(found["username"]), SecretStr(found["password"]))
