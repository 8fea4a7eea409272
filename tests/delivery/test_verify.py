"""`verify` against a server that does everything wrong, on loopback."""

import json
import ssl
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from stage3c.delivery.certificate import address_faults, certificate_faults
from stage3c.delivery.judging import Answer, faults_of
from stage3c.delivery.verification import Row, verify
from stage3c.delivery.wildcards import fits
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint, endpoint_of
from stage3c.output.endpoints import given as endpoint_given

from tests.command import run_inside
from tests.conftest import ROOT
from tests.delivery.faulty_server import CANARY, Handler, faulty_server
from tests.rules.overlaid import stack_with

SPEC = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def server() -> Iterator[str]:
    with faulty_server() as url:
        yield url


def rows(url: str, *checks: dict[str, Any], wait: float = 0) -> list[Row]:
    found = verify(Endpoint("", url), [Check.model_validate(each) for each in checks], wait, lambda *_: None)
    return [row for row in found if row.path[:1] == ("checks",)]


def faults(url: str, **check: Any) -> list[str]:
    return list(rows(url, check)[0].faults)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ({"get": "/ok"}, None),
        ({"get": "/moved"}, None),
        ({"get": "/moved", "status": 302, "headers": {"location": "/ok"}}, None),
        ({"get": "/missing"}, "status is 404, expected 200"),
        ({"get": "/error"}, "status is 500, expected 200"),
        ({"get": "/loop"}, "more than 5 redirects"),
        ({"get": "/huge"}, "the response is larger than 1 MiB"),
        ({"get": "/half"}, "the connection was closed before the response was complete"),
        ({"get": "/never", "timeout_seconds": 1}, "no complete response after 1 s"),
        ({"get": "/drip", "timeout_seconds": 1}, "no complete response after 1 s"),
        ({"get": "/late", "response_ms": 100}, "ms, expected at most 100 ms"),
        ({"get": "/html", "json": {"status": "ok"}}, 'the response is not JSON ("text/html")'),
        ({"get": "/html", "headers": {"content-type": {"matches": "text/*"}}}, None),
        ({"get": "/html", "headers": {"content-type": "text/plain"}}, 'content-type is "text/html", expected "text/plain"'),
        ({"get": "/html", "headers": {"x-none": {"exists": False}}}, None),
        ({"get": "/html", "headers": {"x-none": {"exists": True}}}, "header x-none is missing, expected it present"),
        ({"get": "/ok", "json": {"status": "ok", "count": 3, "list[0].id": 7, "$.list[0].id": 7, "flag": True}}, None),
        ({"get": "/ok", "json": {"none": None}}, None),
        ({"get": "/ok", "json": {"status": "bad"}}, 'json status is "ok", expected "bad"'),
        ({"get": "/ok", "json": {"count": "3"}}, 'json count is 3, expected "3"'),
        ({"get": "/ok", "json": {"flag": 1}}, "json flag is true, expected 1"),
        ({"get": "/ok", "json": {"list[1].id": 7}}, "json list[1].id is missing"),
        ({"get": "/ok", "json": {"version": {"matches": "v1.*"}, "count": {"greater_than": 2, "less_than": 4}}}, None),
        ({"get": "/ok", "json": {"version": {"matches": "v2.*"}}}, 'expected a value like "v2.*"'),
        ({"get": "/ok", "json": {"count": {"less_than": 3}}}, "json count is 3, expected less than 3"),
        ({"get": "/ok", "json": {"status": {"less_than": 3}}}, 'json status is "ok", expected less than 3'),
        ({"get": "/ok", "json": {"status": {"one_of": ["bad", "worse"]}}}, 'expected one of "bad", "worse"'),
        ({"get": "/ok", "json": {"status": {"one_of": ["ok", "worse"]}, "other": {"exists": False}}}, None),
    ],
)  # fmt: skip
def test_a_check_says_what_is_wrong(server: str, check: dict[str, Any], fault: str | None) -> None:
    found = faults(server, **check)
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert fault in found[0]


@pytest.mark.parametrize(
    "wanted",
    [{"password": "x"}, {"nested.token": "x"}, {"text": "x"}, {"nested": "x"}, {"password": {"matches": "x*"}}],
)
def test_no_secret_of_a_response_is_told(server: str, wanted: dict[str, Any], tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SPEC.replace("checks: [", f"checks: [{json.dumps({'get': '/echo', 'json': wanted})}, "))
    told = run_inside("verify", spec, "--url", server, "--wait", "0", "--junit", tmp_path / "junit.xml")
    assert told.returncode == 1
    assert "expected" in told.stdout
    assert CANARY not in told.stdout + told.stderr + (tmp_path / "junit.xml").read_text(encoding="utf-8")


def test_a_sequence_runs_in_order_and_hands_values_on(server: str) -> None:
    found = rows(
        server,
        {"post": "/orders", "body": {"sku": "A1"}, "status": 201, "sequence": "orders", "save": {"order": "id"}},
        {"get": "/orders/{order}", "json": {"sku": "A1"}, "sequence": "orders"},
    )
    assert [row.faults for row in found] == [(), ()]
    assert Handler.seen == ["POST /orders", "GET /orders/1"]


def test_after_a_failure_the_rest_of_a_sequence_is_not_sent(server: str) -> None:
    found = rows(server, {"get": "/error", "sequence": "a"}, {"post": "/orders", "body": {}, "sequence": "a"})
    assert found[1].faults == ("not sent: an earlier check of the sequence failed",)
    assert Handler.seen == ["GET /error"]


@pytest.mark.slow
def test_200_checks_are_under_way_at_once(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "meeting", threading.Barrier(200))
    found = rows(server, *({"get": f"/together/{number}", "timeout_seconds": 60} for number in range(200)))
    assert [row.faults for row in found] == [()] * 200


def test_it_goes_on_trying_until_the_deadline_and_says_so(server: str) -> None:
    told: list[tuple[int, int]] = []
    began = time.monotonic()
    found = verify(
        Endpoint("", server), [Check(get="/error")], 4, lambda passed, all_of, _: told.append((passed, all_of))
    )
    assert not found[-1].passed
    assert time.monotonic() - began > 3.9
    assert told
    assert set(told) == {(1, 2)}


def test_the_report_has_lines_of_the_spec(server: str, tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(
        SPEC.replace("{get: /api/status, json: {database_connected: true}}", "{get: /ok, json: {status: bad}}")
    )
    told = run_inside("verify", spec, "--url", server, "--wait", "0", "--format", "json", "--junit", tmp_path / "j.xml")
    document = json.loads(told.stdout)
    assert not document["passed"]
    assert document["checks"][-1]["line"] == len(SPEC.splitlines())
    suite = ET.parse(tmp_path / "j.xml").getroot()  # noqa: S314 - our own file
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_the_endpoint_is_the_public_load_balancer_of_the_spec() -> None:
    assert endpoint_of(stack_with("")) == Endpoint(
        "public", "https://shop.example.com", ("shop.example.com",), "http://shop.example.com"
    )


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "http://u:p@x", "http://x:99999", "http://["])
def test_a_url_that_is_none(url: str) -> None:
    assert endpoint_given(url) is None
    assert run_inside("verify", ROOT / "specs" / "stage3v3.yaml", "--url", url).returncode == 2


def test_a_name_that_does_not_resolve() -> None:
    assert address_faults("none.invalid") == ["none.invalid does not resolve"]


@pytest.mark.parametrize(
    ("name", "days", "trust", "fault"),
    [
        ("localhost", 90, "own", None),
        ("localhost", 5, "own", "expires in 5 days"),
        ("localhost", -5, "own", "certificate has expired"),
        ("other.example.com", 90, "own", "ostname mismatch"),
        ("localhost", 90, "system", "self-signed certificate"),
    ],
)
def test_a_certificate_is_judged(
    name: str, days: int, trust: str, fault: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, name, days)
    if trust == "own":
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients leave
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        found = certificate_faults("localhost", server.server_port, ())
        server.shutdown()
    assert found == [] if fault is None else fault in found[0]


def certificate(folder: Path, name: str, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return pem


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=50), st.text(max_size=50))
def test_a_star_stands_for_any_text(before: str, after: str) -> None:
    literal = before.replace("*", "").replace("?", "")
    assert fits(f"{literal}*", literal + after)
    assert fits("*", after)
    assert fits("?" * len(after), after)


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=500), st.integers(100, 599))
def test_any_response_is_judged(body: bytes, status: int) -> None:
    check = Check.model_validate({"get": "/", "json": {"a.b[0]": {"matches": "x*", "less_than": 3}}})
    for fault in faults_of(check, Answer(status, {}, body)):
        assert fault.isprintable()
