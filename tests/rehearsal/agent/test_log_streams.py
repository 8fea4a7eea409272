"""What containers print arrives in CloudWatch Logs whole, in order, and also where the account is silent for a while."""

from pathlib import Path
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Unanswered
from stage3c.rehearsal.agent.log_streams import LogStream


class Logs:
    """An account that keeps log events, and can be silent."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_silent = False

    def ask(self, call: str, **told: Any) -> None:
        if self.is_silent:
            raise Unanswered("AWS does not answer")
        assert told["logGroupName"] == "/shop"
        assert told["logStreamName"] == "api/web/1"
        if call == "logs.put_log_events":
            self.lines += [each["message"] for each in told["logEvents"]]


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


@pytest.fixture
def stream(logs: Logs, file: Path) -> LogStream:
    account: Any = logs
    return LogStream(account, {"awslogs-group": "/shop", "awslogs-stream-prefix": "api"}, "web", "1", file)


def test_a_line_is_sent_once_it_is_whole_or_its_container_has_ended(stream: LogStream, logs: Logs, file: Path) -> None:
    stream.send()
    file.write_text("one\ntw")
    stream.send()
    assert logs.lines == ["one"]
    file.write_text("one\ntwo\nthree")
    stream.send()
    assert logs.lines == ["one", "two"]
    for _ in range(2):
        stream.send(has_ended=True)
    assert logs.lines == ["one", "two", "three"]


def test_what_could_not_be_sent_is_sent_later(stream: LogStream, logs: Logs, file: Path) -> None:
    file.write_text("one\n")
    logs.is_silent = True
    with pytest.raises(Unanswered):
        stream.send()
    logs.is_silent = False
    file.write_text("one\ntwo\n")
    stream.send()
    assert logs.lines == ["one", "two"]
