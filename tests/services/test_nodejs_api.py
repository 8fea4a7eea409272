"""What the front end answers, with a back end that works and with one that does not."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from stage3c.rehearsal.processes import free_port

from tests.services import stub_backend as behaviours
from tests.services.fastapi_service import fastapi
from tests.services.load import load
from tests.services.nodejs_service import nodejs
from tests.services.service import Service, exchange
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
    linked = re.findall(r'href="(/[a-z-]+(?:/[a-z-]+)?)"', frontend.get("/").text)
    assert linked == ["/dashboard", "/api", "/api/status", "/api/db-test"]


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


def test_get_reads_post_writes_and_head_does_neither(frontend: Service, backend: StubBackend) -> None:
    frontend.get("/api/db-test")
    httpx.head(f"{frontend.url}/api/db-test", trust_env=False)
    assert set(backend.methods) == {"GET /api/db-test"}
    frontend.post("/api/db-test")
    assert backend.methods[-1] == "POST /api/db-test"


def test_json_is_never_stored_and_files_may_be(frontend: Service) -> None:
    for path in ["/health", "/ready", "/api", "/api/status", "/api/db-test", "/nowhere", "/%zz"]:
        assert frontend.get(path).headers["cache-control"] == "no-store", path
    assert "no-store" not in frontend.get("/assets/dashboard.js").headers["cache-control"]


def test_a_health_check_does_not_wait_behind_requests(nodejs_home: Path, backend: StubBackend, tmp_path: Path) -> None:
    def hangs_but_for_health(handler: Handler) -> None:
        (behaviours.answers if handler.path == "/health" else behaviours.hangs)(handler)

    backend.behaviour = hangs_but_for_health
    with nodejs(nodejs_home, backend.url, tmp_path) as frontend, load(frontend.url, ["/api/status"], 64):
        frontend.wait_until(lambda: backend.count("/api/status") >= 32)
        for _ in range(10):
            assert frontend.get("/ready").json() == {"status": "ready", "backend_reachable": True}
        backend.behaviour = behaviours.answers
        backend.released.set()


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [(behaviours.hangs, "answer timeout"), (behaviours.ends_early, "UND_ERR_SOCKET"), (behaviours.malformed, None)],
    ids=["hangs", "ends early", "malformed"],
)
def test_a_failure_of_the_back_end_is_logged_with_its_cause_and_its_end(
    frontend: Service, backend: StubBackend, behaviour: Callable[[Handler], None], error: str | None
) -> None:
    backend.behaviour = behaviour
    # A time-out takes as long as after which the next one is logged again.
    last = 0 if behaviour is behaviours.hangs else 2
    for number in range(last + 1):
        frontend.post("/api/db-test", **{"x-request-id": f"failed-{number}"})
    line = frontend.logged(message="the back end failed", level="WARN")
    assert (line["path"], line["request_id"], line.get("error")) == ("/api/db-test", "failed-0", error)
    assert line["reason"].startswith("the back end")
    assert frontend.logged(request_id=f"failed-{last}", message="request")["level"] == "WARN"
    assert frontend.logged(request_id=f"failed-{last}", message="request")["reason"] == line["reason"]
    assert [each["message"] for each in frontend.logs()].count("the back end failed") == 1, "again after ten seconds"
    backend.behaviour = behaviours.answers
    frontend.get("/api/status")
    frontend.wait_until(lambda: "the back end answers again after " in frontend.output())


def test_a_back_end_that_is_not_there_is_logged_with_its_errno(nodejs_home: Path, tmp_path: Path) -> None:
    with nodejs(nodejs_home, f"http://127.0.0.1:{free_port()}", tmp_path) as frontend:
        frontend.get("/ready")
        line = frontend.logged(message="the back end failed")
        assert (line["level"], line["error"], line["path"]) == ("WARN", "ECONNREFUSED", "/health")


def test_a_request_is_logged_with_who_asked_and_its_trace_is_passed_on(frontend: Service, backend: StubBackend) -> None:
    trace = "Root=1-67891233-abcdef012345678912345678"
    frontend.get(
        "/api/status",
        **{"x-amzn-trace-id": trace, "x-forwarded-for": "203.0.113.9, 198.51.100.7", "user-agent": "a" * 300},
    )
    line = frontend.logged(path="/api/status")
    assert (line["client"], line["trace_id"], line["user_agent"]) == ("198.51.100.7", trace, "a" * 200)
    assert backend.traces == [trace]
    frontend.get("/api", **{"x-amzn-trace-id": 'no "trace"', "x-forwarded-for": "nobody"})
    line = frontend.logged(path="/api")
    assert line["client"] == "127.0.0.1"
    assert "trace_id" not in line


def test_health_checks_are_logged_at_debug_alone(nodejs_home: Path, backend: StubBackend, tmp_path: Path) -> None:
    with nodejs(nodejs_home, backend.url, tmp_path, LOG_LEVEL="Debug") as frontend:
        assert frontend.logged(path="/health")["level"] == "DEBUG"
    with nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        frontend.get("/ready")
        frontend.get("/api")
        frontend.logged(path="/api")
        assert {line.get("path") for line in frontend.logs() if "status" in line} == {"/api"}


@pytest.mark.parametrize(
    ("request_bytes", "status", "message"),
    [
        (b"\x16\x03\x01 is TLS\r\n\r\n", 400, "the request is not valid HTTP"),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400, "the request is not valid HTTP"),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", 431, "the headers of the request are too large"),
    ],
    ids=["tls", "malformed", "large"],
)
def test_what_cannot_be_parsed_is_refused_in_json_with_an_id_and_a_line(
    frontend: Service, request_bytes: bytes, status: int, message: str
) -> None:
    code, headers, body = exchange(frontend, request_bytes)
    assert code == status
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")
    assert json.loads(body) == {"error": {"code": status, "message": message}, "request_id": headers["x-request-id"]}
    line = frontend.logged(status=status, request_id=headers["x-request-id"])
    assert (line["message"], line["reason"], line["client"]) == ("request", message, "127.0.0.1")


@pytest.mark.parametrize(
    ("metadata", "build"),
    [
        (b'{"Image": "1.dkr.ecr.us-east-1.amazonaws.com:443/nodejs:v42", "ImageID": "sha256:00"}', "v42"),
        (b'{"Image": "1.dkr.ecr.us-east-1.amazonaws.com/nodejs@sha256:0123456789abcdef"}', "sha256:0123456789ab"),
        (b"not json", "unknown"),
    ],
    ids=["tag", "digest", "unknown"],
)
def test_the_build_is_that_of_the_image(
    nodejs_home: Path, backend: StubBackend, tmp_path: Path, metadata: bytes, build: str
) -> None:
    with stub_backend() as ecs:
        ecs.behaviour = lambda handler: handler.reply(200, metadata)
        with nodejs(nodejs_home, backend.url, tmp_path, ECS_CONTAINER_METADATA_URI_V4=ecs.url) as frontend:
            assert frontend.get("/api/status").json()["frontend"]["build"] == build


def test_both_services_log_the_same_fields_in_the_same_form(
    environment: dict[str, str], nodejs_home: Path, tmp_path: Path
) -> None:
    with fastapi(environment, tmp_path) as back, nodejs(nodejs_home, back.url, tmp_path) as front:
        lines = []
        for service in (front, back):
            service.get("/nowhere", **{"x-amzn-trace-id": "Root=1"})
            lines.append(service.logged(path="/nowhere"))
    assert set(lines[0]) == set(lines[1])
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert (line["level"], line["status"]) == ("INFO", 404)
