"""What the tests of the services share: one PostgreSQL, and for each test a database and a secret of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.fastapi_service import given
from tests.services.nodejs_service import installed
from tests.services.postgres import Login, PostgreSQL
from tests.services.postgres import postgres as start_postgres
from tests.services.secrets_manager import SecretsManager, secrets_manager


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    with start_postgres() as server:
        yield server


@pytest.fixture
def login(postgres: PostgreSQL) -> Login:
    return postgres.new_login()


@pytest.fixture
def secrets(login: Login) -> Iterator[SecretsManager]:
    with secrets_manager() as stub:
        stub.put(login.username, login.password)
        yield stub


@pytest.fixture
def environment(postgres: PostgreSQL, login: Login, secrets: SecretsManager) -> dict[str, str]:
    return given(postgres, login, secrets)


@pytest.fixture(scope="session")
def nodejs_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Node.js service with its packages."""
    return installed(tmp_path_factory.mktemp("services"))
