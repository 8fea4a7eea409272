"""What surrounds every request of the FastAPI service, without a process."""

import asyncio
import json
import logging

import httpx
import pytest
from app import credentials, logs, requests
from fastapi import FastAPI
from pydantic import SecretStr

Login = credentials.Login


def answer(path: str) -> httpx.Response:
    app = FastAPI()
    requests.install(app)

    @app.get("/number/{number}")
    async def number(number: int) -> int:
        if number == 0:
            raise ValueError("hunter2")
        return number

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"x-request-id": "one"})

    return asyncio.run(ask())


def test_a_fault_of_our_own_is_json_and_its_text_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    found = answer("/number/0")
    assert found.status_code == 500
    assert found.json() == {"error": {"code": 500, "message": "Internal Server Error"}, "request_id": "one"}
    lines = [json.loads(logs.JsonLines().format(record)) for record in caplog.records]
    failed = next(line for line in lines if line.get("error") == "ValueError")
    assert "test_requests.py" in failed["frames"][-1]
    assert "hunter2" not in json.dumps(lines)


def test_a_malformed_request_is_told_where_and_not_what() -> None:
    found = answer("/number/hunter2")
    assert found.status_code == 422
    assert found.json()["error"]["message"] == 'malformed: [["path", "number"]]'


@pytest.mark.parametrize(
    "text", [None, "", "hunter2", "[]", '{"username": "a"}', '{"username": "a", "password": ""}', "[" * 100_000]
)
def test_a_secret_of_another_shape_is_refused_without_its_text(text: str | None) -> None:
    with pytest.raises(credentials.SecretUnreadableError) as caught:
        credentials.login_of(text)
    assert "hunter2" not in str(caught.value)


def test_many_that_are_refused_at_once_make_one_question() -> None:
    old, new = Login(SecretStr("a"), SecretStr("old")), Login(SecretStr("a"), SecretStr("new"))
    asked: list[None] = []

    def fetch() -> Login:
        asked.append(None)
        return new if len(asked) > 2 else old

    async def refused() -> list[Login | None]:
        held = credentials.Credentials(old, fetch)
        return await asyncio.gather(*(held.newer_than(old) for _ in range(20)))

    assert asyncio.run(refused()) == [new] * 20
    assert len(asked) == 3, "asked until the secret had changed, and by one alone"


def test_a_secret_that_cannot_be_read_is_not_asked_for_by_everybody(caplog: pytest.LogCaptureFixture) -> None:
    old = Login(SecretStr("a"), SecretStr("old"))
    asked: list[None] = []

    def fetch() -> Login:
        asked.append(None)
        raise credentials.SecretUnreadableError("AccessDeniedException")

    async def refused() -> list[Login | None]:
        held = credentials.Credentials(old, fetch)
        return await asyncio.gather(*(held.newer_than(old) for _ in range(20)))

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(refused()) == [None] * 20
    assert len(asked) == 1
    assert [record.message for record in caplog.records] == ["the secret cannot be read"]
