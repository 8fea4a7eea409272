"""What is logged of an outage, and which build a task names."""

import json
import logging

import pytest
from app import build, logs, outages
from app.outages import OutageLog


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in its only element."""
    now = [1000.0]
    monkeypatch.setattr(outages, "monotonic", lambda: now[0])
    return now


def test_an_outage_is_logged_every_ten_seconds_and_when_it_ends(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    outage = OutageLog("the database")
    outage.succeeded()
    for _ in range(25):
        outage.failed("refused")
        clock[0] += 1
    outage.succeeded()
    outage.succeeded()
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["no connection to the database"] * 3 + ["the database answers again after 25.0 s"]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_what_comes_and_goes_is_not_logged_each_time(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    outage = OutageLog("the database")
    for _ in range(50):
        outage.failed("refused")
        clock[0] += 0.1
        outage.succeeded()
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"Image": "1.dkr.ecr.us-east-1.amazonaws.com:443/fastapi:v42", "ImageID": "sha256:00"}, "v42"),
        ({"Image": "1.dkr.ecr.us-east-1.amazonaws.com/fastapi@sha256:0123456789abcdef"}, "sha256:0123456789ab"),
        ({"Image": "fastapi", "ImageID": "sha256:fedcba9876543210"}, "sha256:fedcba987654"),
        ({}, "unknown"),
    ],
)
def test_the_build_is_the_tag_or_the_digest(metadata: dict[str, object], expected: str) -> None:
    assert build.build_of(metadata) == expected


def test_levels_have_the_names_that_the_front_end_uses() -> None:
    made = [logging.LogRecord("app", level, "", 0, "text", None, None) for level in (10, 20, 30, 40)]
    lines = [json.loads(logs.JsonLines().format(each)) for each in made]
    assert [line["level"] for line in lines] == ["DEBUG", "INFO", "WARN", "ERROR"]
    assert all(line["time"].endswith("Z") for line in lines)
