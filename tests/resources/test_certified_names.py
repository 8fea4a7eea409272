"""Which host names a name on a certificate is good for."""

import pytest
from stage3c.resources.domain import covers


@pytest.mark.parametrize(
    ("certified", "hostname", "expected"),
    [
        ("example.com", "example.com", True),
        ("Example.com", "example.COM.", True),
        ("example.com", "www.example.com", False),
        ("*.example.com", "www.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.www.example.com", False),
        ("*.www.example.com", "a.www.example.com", True),
        ("*.example.com", "www.example.org", False),
        ("*.example.com", "wwwexample.com", False),
        ("www.example.com", "*.example.com", False),
        ("*.example.com", "*.example.com", True),
    ],
)
def test_a_star_stands_for_one_label(certified: str, hostname: str, expected: bool) -> None:  # noqa: FBT001 - a row
    assert covers(certified, hostname) is expected
