"""Where tasks find an emulated account, whatever its loopback address."""

import pytest
from stage3c.rehearsal.agent.agent import endpoint_of
from stage3c.rehearsal.directory import Place


@pytest.mark.parametrize(
    ("url", "scheme", "place"),
    [
        ("http://127.0.0.1:5000", "http", Place("127.0.0.1", 5000)),
        ("http://localhost:4566/", "http", Place("localhost", 4566)),
        ("https://localhost", "https", Place("localhost", 443)),
        ("http://[::1]:4566", "http", Place("::1", 4566)),
        ("http://127.0.0.2/path", "http", Place("127.0.0.2", 80)),
    ],
)
def test_scheme_host_and_port(url: str, scheme: str, place: Place) -> None:
    assert endpoint_of(url) == (scheme, place)
