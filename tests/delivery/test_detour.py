"""Host names that are reached somewhere else than the DNS says."""

import ssl
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from stage3c.delivery.detour import Detour, parsed, written
from stage3c.delivery.verification import verify
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint

from tests.command import run_inside
from tests.delivery.faulty_server import Handler
from tests.delivery.test_verify import SPEC

NO_ACCOUNT = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"}
HOST = "shop.example.com"
CHECKS = [Check.model_validate({"get": "/ok"}), Check.model_validate({"get": "/ok", "host": "other.example.com"})]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A server with a certificate of an authority that only `authority.pem` makes trusted."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert(HOST).configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients leave
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield ("127.0.0.1", server.server_port)
        server.shutdown()


def faults(detour: Detour) -> dict[str, tuple[str, ...]]:
    rows = verify(Endpoint("", f"https://{HOST}"), CHECKS, 0, lambda *_: None, detour)
    return {f"{row.name} {row.path[-1:]}": row.faults for row in rows}


def test_a_host_is_reached_there_and_no_other_is(place: tuple[str, int], tmp_path: Path) -> None:
    assert faults(Detour({(HOST, 443): place}, tmp_path / "authority.pem")) == {
        f"DNS of {HOST} ()": (),
        f"certificate of {HOST} ()": (),
        "GET /ok (0,)": (),
        "GET /ok (1,)": ("no connection, or the host name does not resolve",),
    }


def test_the_certificate_is_validated(place: tuple[str, int], tmp_path: Path) -> None:
    other = Detour({(HOST, 443): place, ("other.example.com", 443): place}, tmp_path / "authority.pem")
    assert "the certificate is not valid" in faults(other)["GET /ok (1,)"][0]
    assert "the certificate is not valid" in faults(Detour({(HOST, 443): place}))["GET /ok (0,)"][0]


def test_the_command_takes_it_as_curl_does(place: tuple[str, int], tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(SPEC.replace("checks: [", "checks: [{get: /ok}, "))
    more = {
        **NO_ACCOUNT,
        "SSL_CERT_FILE": str(tmp_path / "authority.pem"),
        "STAGE3C_CONNECT_TO": f"{HOST}:443:127.0.0.1:{place[1]}",
    }
    done = run_inside("verify", spec, "--wait", "0", environment=more)
    assert f"ok      certificate of {HOST}" in done.stdout, done.stderr
    assert "ok      GET /ok" in done.stdout
    assert "failed  redirect from HTTP to HTTPS" in done.stdout
    done = run_inside("verify", spec, "--connect-to", "shop", environment={})
    assert (done.returncode, "HOST:PORT:ADDRESS:PORT" in done.stderr) == (2, True)


HOSTS = st.from_regex(r"(\*\.)?[a-z]{1,5}(\.[a-z]{1,5}){1,3}", fullmatch=True)
PORTS = st.integers(1, 65_535)


@given(st.dictionaries(st.tuples(HOSTS, PORTS), st.tuples(HOSTS, PORTS), min_size=1))
def test_what_is_written_is_read(places: dict[tuple[str, int], tuple[str, int]]) -> None:
    assert parsed(written(Detour(places))) == Detour(places)


@pytest.mark.parametrize("text", ["", "a", "a:1:b", "a:0:b:1", "a:1:b:70000", "a:1:b:2:3", "a b:1:c:2"])
def test_anything_else_is_refused(text: str) -> None:
    assert parsed([text]) is None


def test_a_wildcard_is_one_label() -> None:
    detour = Detour({("*.example.com", 443): ("127.0.0.1", 1)})
    assert [detour.knows(name) for name in ("A.example.com", "example.com", "a.b.example.com")] == [True, False, False]
