"""The stores of the emulated account are read and changed by one thread at a time."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.responses import BaseResponse
from stage3c.rehearsal.emulator.extensions import extend_all

AT_ONCE = 8


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many requests were served at once, at each request."""
    extend_all()
    serve, now, seen, guard = BaseResponse.call_action, [0], list[int](), threading.Lock()

    def counted(response: BaseResponse) -> Any:
        with guard:
            now[0] += 1
            seen.append(now[0])
        time.sleep(0.001)  # lets another thread in, if any may come
        try:
            return serve(response)
        finally:
            with guard:
                now[0] -= 1

    monkeypatch.setattr(BaseResponse, "call_action", counted)
    with mock_aws():
        yield seen


def test_requests_take_turns(served: list[int]) -> None:
    clients = [
        boto3.client("ecs", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106 - moto takes anything
        for _ in range(AT_ONCE)
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = [*threads.map(lambda client: client.list_clusters()["clusterArns"], clients * 5)]
    assert found == [[]] * AT_ONCE * 5
    assert served == [1] * len(found)
