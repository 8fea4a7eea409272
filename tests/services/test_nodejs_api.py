"""What the front end answers, with a back end that works and with one that does not."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services import stub_backend as behaviours
from tests.services.nodejs_service import nodejs
from tests.services.service import Service
from tests.services.stub_backend import READ, STATUS, WRITTEN, Handler, StubBackend, stub_backend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs")]
PATHS = ["/", "/health", "/ready", "/dashboard", "/api", "/api/status", "/api/db-test"]


@pytest.fixture
def backend() -> Iterator[StubBackend]:
    with stub_backend() as stub:
        yield stub


@pytest.fixture
def frontend(nodejs_home: Path, backend: StubBackend, tmp_path: Path) -> Iterator[Service]:
    with nodejs(nodejs_home, backend.url, tmp_path) as service:
        yield service


def logged(frontend: Service, path: str) -> dict[str, Any]:
    """The one line of the log about a path; it is written after the answer."""
    frontend.wait_until(lambda: any(line.get("path") == path for line in frontend.logs()))
    (line,) = [each for each in frontend.logs() if each.get("path") == path]
    return line


def test_every_endpoint_answers_and_the_list_of_them_is_whole(frontend: Service) -> None:
    assert {path: frontend.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, 200)
    assert sorted(frontend.get("/api").json()["endpoints"]) == sorted(PATHS)


def test_the_answers_have_the_shapes_of_the_incident_report(frontend: Service) -> None:
    status = frontend.get("/api/status").json()
    assert status["backend"] == {**STATUS, "reachable": True}
    assert status["frontend"]["service"] == "nodejs"
    assert frontend.get("/api/db-test").json()["backend_response"] == READ
    assert frontend.post("/api/db-test").json()["backend_response"] == WRITTEN


def test_a_lost_database_is_told_and_takes_nothing_out_of_service(frontend: Service, backend: StubBackend) -> None:
    backend.behaviour = behaviours.without_database
    assert frontend.get("/api/status").json()["backend"]["database_connected"] is False
    tested = frontend.get("/api/db-test")
    assert (tested.status_code, tested.json()["backend_response"]["status"]) == (503, "error")
    assert frontend.get("/ready").status_code == 200


@pytest.mark.parametrize(
    ("behaviour", "asked", "status", "reason"),
    [
        (behaviours.fails, 1, 502, "the back end answered 500"),
        (behaviours.unavailable, 3, 502, "the back end did not answer in JSON"),
        (behaviours.malformed, 1, 502, "the back end did not answer in JSON"),
        (behaviours.a_list, 1, 502, "the back end did not answer in JSON"),
        (behaviours.endless, 1, 502, "the back end's answer is too long"),
        (behaviours.ends_early, 3, 502, "the back end cannot be reached"),
        (behaviours.hangs, 1, 504, "the back end did not answer in time"),
        (behaviours.hangs_in_the_middle, 1, 504, "the back end did not answer in time"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_back_end_that_misbehaves_is_told_in_time_after_few_attempts(
    frontend: Service, backend: StubBackend, behaviour: Callable[[Handler], None], asked: int, status: int, reason: str
) -> None:
    backend.behaviour = behaviour
    told = frontend.get("/api/status")
    assert told.status_code == 200
    assert told.elapsed.total_seconds() < 8
    assert (told.json()["backend"]["reachable"], told.json()["backend"]["database_connected"]) == (False, False)
    assert told.json()["backend"]["reason"] == reason
    assert backend.count("/api/status") == asked
    tested = frontend.post("/api/db-test")
    assert tested.status_code == status
    assert tested.json()["backend_response"] == {"status": "error", "reason": reason}
    assert backend.count("/api/db-test") == 1, "it writes, so it is asked once"
    assert frontend.get("/health").json() == {"status": "ok"}
    assert frontend.get("/ready").json()["status"] == "ready"


def test_without_any_back_end_it_lives_and_says_so(nodejs_home: Path, tmp_path: Path) -> None:
    with stub_backend() as stub:
        address = stub.url
    with nodejs(nodejs_home, address, tmp_path) as frontend:
        assert frontend.get("/ready").json() == {"status": "ready", "backend_reachable": False}
        assert frontend.get("/api/status").json()["backend"]["reason"] == "the back end cannot be reached"
        assert frontend.get("/api/db-test").status_code == 502
        assert frontend.get("/dashboard").status_code == 200


def test_a_passing_fault_is_not_seen_by_anyone(frontend: Service, backend: StubBackend) -> None:
    def first_fails(handler: Handler) -> None:
        (behaviours.answers if backend.count("/api/status") > 1 else behaviours.unavailable)(handler)

    backend.behaviour = first_fails
    assert frontend.get("/api/status").json()["backend"]["reachable"] is True


@pytest.mark.parametrize("given", ["abc-1.2_3", "x" * 128])
def test_an_id_is_passed_on_and_given_back(frontend: Service, backend: StubBackend, given: str) -> None:
    assert frontend.get("/api/status", **{"x-request-id": given}).headers["x-request-id"] == given
    assert backend.asked == [("/api/status", given)]
    assert logged(frontend, "/api/status")["request_id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, '"}{', "a\tb"])
def test_an_id_that_is_not_well_formed_is_replaced(frontend: Service, backend: StubBackend, given: str) -> None:
    answered = frontend.get("/api/status", **{"x-request-id": given}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", answered)
    assert backend.asked == [("/api/status", answered)]


def test_every_answer_has_the_headers_that_keep_a_page_safe(frontend: Service) -> None:
    for path in [*PATHS, "/nowhere", "/assets/dashboard.js"]:
        headers = frontend.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none';script-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "x-powered-by" not in headers
        assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/nowhere", "/assets/", "/assets/nothing.js", "/assets/%2e%2e/src/server.js", "/.env"]
)
def test_what_is_not_there_is_told_in_json(frontend: Service, path: str) -> None:
    answer = frontend.get(path)
    assert answer.status_code in {403, 404}
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_broken_address_is_refused_and_not_logged_as_a_fault(frontend: Service) -> None:
    answer = frontend.get("/%zz", **{"x-request-id": "broken"})
    assert answer.status_code == 400
    assert answer.json() == {"error": {"code": 400, "message": "the request was refused"}, "request_id": "broken"}
    assert answer.headers["x-request-id"] == "broken"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert frontend.stop() == 0
    assert {line["level"] for line in frontend.logs()} == {"INFO"}


def test_the_log_has_a_line_for_each_request_without_its_query(frontend: Service) -> None:
    frontend.get("/api/status?token=canary-5d1f")
    line = logged(frontend, "/api/status")
    assert (line["level"], line["method"], line["status"], line["message"]) == ("INFO", "GET", 200, "request")
    assert line["duration_ms"] >= 0
    assert "canary" not in frontend.output()
