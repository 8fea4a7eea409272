"""The FastAPI service as a process."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.conftest import ROOT
from tests.services import service
from tests.services.postgres import Login, PostgreSQL
from tests.services.secrets_manager import ARN, SecretsManager
from tests.services.service import Service, running

FOLDER: Final = ROOT / "services" / "fastapi"


def given(postgres: PostgreSQL, login: Login, secrets: SecretsManager) -> dict[str, str]:
    """The variables that ECS would give it, and what a test needs beside them."""
    return {
        "DB_HOST": "localhost",
        "DB_PORT": str(postgres.port),
        "DB_NAME": login.database,
        "DB_USERNAME": login.username,
        "DB_PASSWORD": login.password,
        "DB_SECRET_ARN": ARN,
        "DB_SSLROOTCERT": str(postgres.authority.file),
        **secrets.environment,
    }


@contextmanager
def fastapi(
    environment: dict[str, str], folder: Path, *, ready: bool = True, inside: Sequence[str] = (), port: int = 0
) -> Iterator[Service]:
    """A service that is gone afterwards; waits until it is alive, and until it is ready unless told otherwise.

    `inside` is a command that it is started by.
    """
    with running([*inside, *words()], FOLDER, environment, folder, port) as process:
        if ready:
            process.wait_until(process.is_ready)
        yield process


def words(*module: str) -> list[str]:
    """The command of the service, or of another module of it."""
    return [sys.executable, "-m", *(module or ["app"])]


def start(
    environment: dict[str, str], output: int, *module: str, inside: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    """Start the service, or another command of it, with this environment and no other but PATH."""
    return service.start([*inside, *words(*module)], FOLDER, environment, output)
