"""What a task is told at the metadata address, also when there is nothing to tell."""

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Refused
from stage3c.rehearsal.agent.metadata import Metadata


@pytest.fixture
def metadata() -> Iterator[Metadata]:
    made = Metadata()
    yield made
    made.end()


def get(metadata: Metadata, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(*metadata.place, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_it_listens_on_loopback_and_forgets(metadata: Metadata) -> None:
    metadata.serve("/v4/one-api", lambda: {"Name": "api"})
    assert metadata.place.host == "127.0.0.1"
    assert get(metadata, "/v4/one-api") == (200, {"Name": "api"})
    metadata.forget("one")
    assert get(metadata, "/v4/one-api") == (404, {"message": "not found"})


def test_credentials_that_cannot_be_had_are_an_answer_and_nothing_is_printed(
    metadata: Metadata, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused() -> Mapping[str, Any]:
        raise Refused("AssumeRole", "AccessDenied")

    metadata.serve("/v2/credentials/one", refused)
    assert get(metadata, "/v2/credentials/one") == (500, {"message": "AssumeRole returned AccessDenied"})
    with socket.create_connection(metadata.place) as connection:
        connection.sendall(b"GET /v2/credentials/one HTTP/1.1\r\n")
    assert get(metadata, "/")[0] == 404
    assert capfd.readouterr() == ("", "")
