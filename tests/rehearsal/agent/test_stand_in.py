"""The stand-in for a service, beside the ways out of its task."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.rehearsal.agent.metadata import ADDRESS
from stage3c.rehearsal.agent.programs import stand_in
from stage3c.rehearsal.agent.room import Room, has_namespaces
from stage3c.rehearsal.processes import Processes, processes

pytestmark = pytest.mark.slow
IP = "10.0.0.7"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Processes]:
    if not has_namespaces():
        pytest.skip("no namespaces")
    with processes(tmp_path) as found:
        yield found


def test_it_serves_the_port_of_the_metadata(running: Processes, tmp_path: Path) -> None:
    room = Room(running, "room.log")
    room.set_up(IP, [ADDRESS], {}, running.work)
    room.ask("listen", places=[[ADDRESS, 80]])
    made = stand_in(running.work, [80])
    told: dict[str, Any] = {
        "command": [*made.command],
        "folder": str(made.folder),
        "environment": dict(made.environment),
    }
    room.ask("start", name="web", log=str(tmp_path / "web.log"), **told)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = listener.getsockname()
        room.ask("forward", [listener.fileno()], places=[[IP, 80]])
    answer = b""
    while not answer and not room.ask("look")[0]["ended"]:
        with socket.create_connection(place) as connection:
            connection.sendall(b"GET /whatever HTTP/1.1\r\nHost: web\r\n\r\n")
            answer = connection.recv(100)
    assert answer.startswith(b"HTTP/1.1 200 OK"), (tmp_path / "web.log").read_text()
    room.end()
