"""Both images built for real, pushed, read back and started, and the pins of what they are built from."""

import hashlib
import re
import runpy
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.services import image_builds
from tests.services.image_builds import STAND_IN, Engine
from tests.services.postgres import PostgreSQL
from tests.services.service import running
from tests.services.stub_backend import stub_backend
from tests.services.test_images import container

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("images"), image_builds.NEEDED]
pins = runpy.run_path(str(ROOT / "services" / "pins.py"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with image_builds.engine(tmp_path_factory.mktemp("images")) as made:
        made.make_stand_in()
        yield made


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with image_builds.registry(tmp_path_factory.mktemp("registry")) as address:
        yield address


@pytest.fixture(scope="module")
def bundle(postgres: PostgreSQL) -> Iterator[str]:
    """The root certificate of the tests' own database, where the image expects those of RDS."""
    content = postgres.authority.file.read_bytes()

    class Served(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/global-bundle.pem"
        server.shutdown()


def judged(service: str, configuration: dict[str, Any]) -> dict[str, Any]:
    """What an image says of its container, which must be what the spec's container expects."""
    given, told = container(service), configuration["config"]
    assert list(told["ExposedPorts"]) == [f"{given['portMappings'][0]['containerPort']}/tcp"]
    assert all(int(each) > 0 for each in told["User"].split(":"))
    assert (configuration["os"], configuration["architecture"]) == ("linux", image_builds.OWN_ARCHITECTURE)
    assert told["StopSignal"] == "SIGTERM"
    assert "command" not in given, "the spec leaves the command to the image"
    assert told["Cmd"][0] == given["healthCheck"]["command"][1]
    return dict(told)


def is_healthy(inside: list[str], service: str, port: int) -> bool:
    """What the health command of the spec says, run inside of the image."""
    own = container(service)["portMappings"][0]["containerPort"]
    command = image_builds.words(container(service)["healthCheck"]["command"][1:], own, port)
    return subprocess.run([*inside, *command], check=False, timeout=60, capture_output=True).returncode == 0


def test_the_back_end_runs_from_its_image_as_the_spec_starts_it(
    engine: Engine, registry: str, bundle: str, environment: dict[str, str], tmp_path: Path
) -> None:
    checksum = hashlib.sha256(httpx.get(bundle, trust_env=False).content).hexdigest()
    image = engine.build("fastapi", PYTHON=STAND_IN, RDS_BUNDLE=bundle, RDS_BUNDLE_SHA256=checksum)
    digest = image_builds.push(engine, image, registry, "fastapi")
    told = judged("fastapi", image_builds.read_back(registry, "fastapi", digest))
    inside = image_builds.inside(engine.root_of(image), told)
    del environment["DB_SSLROOTCERT"]
    with running([*inside, *told["Cmd"]], tmp_path, environment, tmp_path) as service:
        service.wait_until(service.is_ready)
        assert service.post("/api/db-test").json()["status"] == "success"
        assert is_healthy(inside, "fastapi", service.port)
        assert service.stop() == 0
        assert not is_healthy(inside, "fastapi", service.port)


def test_the_front_end_runs_from_its_image_as_the_spec_starts_it(engine: Engine, registry: str, tmp_path: Path) -> None:
    image = engine.build("nodejs", NODE=STAND_IN)
    digest = image_builds.push(engine, image, registry, "nodejs")
    told = judged("nodejs", image_builds.read_back(registry, "nodejs", digest))
    inside = image_builds.inside(engine.root_of(image), told)
    with (
        stub_backend() as backend,
        running([*inside, *told["Cmd"]], tmp_path, {"FASTAPI_URL": backend.url}, tmp_path) as service,
    ):
        assert service.get("/api/status").status_code == 200
        assert service.get("/").headers["content-type"].startswith("text/html")
        assert is_healthy(inside, "nodejs", service.port)
        assert service.stop() == 0
        assert not is_healthy(inside, "nodejs", service.port)


def test_pins_are_the_digests_of_the_registry_and_are_renewed(engine: Engine, registry: str, bundle: str) -> None:
    digest = image_builds.push(engine, STAND_IN, registry, "python")
    dockerfile = f"ARG PYTHON=python:v1\nFROM ${{PYTHON}}\nARG RDS_BUNDLE={bundle}\nARG RDS_BUNDLE_SHA256=\n"
    with httpx.Client(trust_env=False) as client:
        once = pins["pinned"](client, f"http://{registry}", dockerfile)
        assert f"ARG PYTHON=python:v1@{digest}\n" in once
        assert re.search(r"^ARG RDS_BUNDLE_SHA256=[0-9a-f]{64}$", once, re.MULTILINE)
        assert pins["pinned"](client, f"http://{registry}", once) == once
