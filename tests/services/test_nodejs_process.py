"""How the front end begins and ends: its settings, its signals, a root that is read-only."""

import itertools
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.services import stub_backend as behaviours
from tests.services.load import load
from tests.services.nodejs_service import NODE, nodejs
from tests.services.service import read_only_root
from tests.services.stub_backend import stub_backend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs")]
EX_CONFIG = 78
GOOD = {"FASTAPI_URL": "http://127.0.0.1:1"}
CANARY = "canary-90be"


def ended(home: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """A start that ends by itself."""
    everything = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [NODE, "src/server.js"], cwd=home, env=everything, check=False, capture_output=True, text=True, timeout=30
    )


def refused(home: Path, environment: dict[str, str]) -> list[str]:
    """The messages of a start that must fail."""
    done = ended(home, environment)
    assert (done.returncode, done.stderr) == (EX_CONFIG, "")
    assert CANARY not in done.stdout
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["level"] for line in lines} == {"ERROR"}
    return [line["message"] for line in lines]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, "is missing"),
        ("", "is empty"),
        (f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{CANARY}", "holds an ARN, not a value"),
        (CANARY, "is not an address"),
        (f"ftp://{CANARY}", "is not an address"),
        (f"http://user:{CANARY}@host", "contains credentials"),
        (f"http://{CANARY} x", "is not an address"),
        (f"http://xn--a.{CANARY}", "names a host that cannot exist"),
    ],
)
def test_a_bad_address_of_the_back_end_is_told_without_its_value(
    nodejs_home: Path, value: str | None, fault: str
) -> None:
    (message,) = refused(nodejs_home, {} if value is None else {"FASTAPI_URL": value})
    assert message.startswith(f"FASTAPI_URL {fault}")


def test_all_faults_are_told_at_once(nodejs_home: Path) -> None:
    messages = refused(nodejs_home, {"PORT": CANARY, "HOST": "", "LOG_LEVEL": CANARY})
    assert [message.split()[0] for message in messages] == ["FASTAPI_URL", "LOG_LEVEL", "HOST", "PORT"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80x", ""])
def test_a_port_that_is_none_is_refused(nodejs_home: Path, port: str) -> None:
    assert refused(nodejs_home, {**GOOD, "PORT": port}) == ["PORT is not a port; expected: a number from 1 to 65535."]


@pytest.mark.parametrize("fresh", [False, True], ids=["kept", "fresh"])
def test_a_signal_under_load_costs_no_request(nodejs_home: Path, tmp_path: Path, *, fresh: bool) -> None:
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = behaviours.slow
        with load(frontend.url, ["/api/status"], 24, pause=0, fresh=fresh) as kept:
            time.sleep(1.5)
            begun = time.monotonic()
            assert frontend.stop() == 0
            assert time.monotonic() - begun < 25
    assert {each.error or each.status for each in kept.answers} == {200, "ConnectError"}
    assert any(each.begun < begun < each.ended for each in kept.answers if each.status == 200), "some were on their way"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_what_the_kernel_has_accepted_is_answered_too(nodejs_home: Path, tmp_path: Path, end: signal.Signals) -> None:
    with nodejs(nodejs_home, GOOD["FASTAPI_URL"], tmp_path) as frontend:
        assert frontend.stop_behind_requests(40, end) == {200}
        assert frontend.process.wait(25) == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "not.a.host.invalid"])
def test_a_place_where_it_cannot_listen_is_told_in_one_line(nodejs_home: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ended(nodejs_home, {**GOOD, "HOST": host, "PORT": str(taken.getsockname()[1])})
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr, line["level"]) == (1, "", "ERROR")
    assert line["message"].startswith("cannot listen")


def test_a_request_on_an_open_connection_is_still_answered_after_the_signal(nodejs_home: Path, tmp_path: Path) -> None:
    import httpx

    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        with httpx.Client(base_url=frontend.url, trust_env=False) as client:
            assert client.get("/health").headers["connection"] == "keep-alive"
            frontend.process.terminate()
            frontend.wait_until(lambda: any(line["message"] == "stopping" for line in frontend.logs()))
            assert client.get("/health").headers["connection"] == "close"
        assert frontend.process.wait(25) == 0
        assert frontend.logs()[-1]["message"] == "stopped"


def test_a_back_end_that_hangs_does_not_hold_up_the_end(nodejs_home: Path, tmp_path: Path) -> None:
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = behaviours.hangs
        statuses: list[int] = []
        asking = threading.Thread(target=lambda: statuses.append(frontend.post("/api/db-test").status_code))
        asking.start()
        frontend.wait_until(lambda: backend.count("/api/db-test") == 1)
        assert frontend.stop() == 0
        asking.join()
    assert statuses == [504]


def test_more_requests_than_may_wait_are_refused_at_once_and_none_is_lost(nodejs_home: Path, tmp_path: Path) -> None:
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        backend.behaviour = behaviours.hangs
        with load(frontend.url, ["POST /api/db-test"], threads=320) as kept:
            frontend.wait_until(lambda: any(each.status == 503 for each in kept.answers))
            backend.behaviour = behaviours.answers
            backend.released.set()
            frontend.wait_until(lambda: sum(each.status == 200 for each in list(kept.answers)) > 320)
    reasons: dict[int, set[str]] = {}
    for each in kept.answers:
        reasons.setdefault(each.status, set()).add(each.body["backend_response"].get("reason"))
    assert set(reasons) <= {200, 502, 503, 504}
    assert reasons[503] == {"too many requests wait for the back end"}
    # What was let in while the back end hung, and had waited for an answer or a connection as long as it may.
    assert reasons.get(504, set()) <= {"the back end did not answer in time", "the back end cannot be reached"}


def test_it_works_where_nothing_can_be_written(nodejs_home: Path, tmp_path: Path) -> None:
    inside = read_only_root(tmp_path)
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path, inside=inside) as frontend:
        for path in ["/", "/dashboard", "/api/status", "/api/db-test"]:
            assert frontend.get(path).status_code == 200
        assert frontend.stop() == 0


def test_it_writes_no_file(nodejs_home: Path, tmp_path: Path) -> None:
    def files() -> set[tuple[str, int]]:
        return {(str(path), path.stat().st_mtime_ns) for path in nodejs_home.rglob("*") if path.is_file()}

    before = files()
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        for path in itertools.chain(["/", "/dashboard", "/api/status"]):
            frontend.get(path)
        assert frontend.stop() == 0
    assert files() == before
