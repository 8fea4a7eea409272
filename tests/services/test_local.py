"""The reference stack on one machine by one command: it works, starts again what changes, and ends without a trace."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from stage3c.rehearsal.processes import free_port

from tests.conftest import ROOT
from tests.services.nodejs_service import NODE
from tests.services.service import TLS, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs")]


@pytest.fixture
def copy(nodejs_home: Path, tmp_path: Path) -> Path:
    """A copy of the services that may change."""
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(ROOT / "services", tmp_path / "services", ignore=ignored)
    (tmp_path / "services" / "nodejs" / "node_modules").symlink_to(nodejs_home / "node_modules")
    return tmp_path / "services"


@pytest.fixture
def local(copy: Path, tmp_path: Path) -> Iterator[Service]:
    port = free_port()
    output, temporary = tmp_path / "output", tmp_path / "temporary"
    temporary.mkdir()
    # PostgreSQL may be nobody, who must be able to pass.
    for folder in (temporary, *temporary.parents):
        if folder.owner() != "nobody" and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    path = f"{Path(NODE).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, str(copy / "local.py"), "--port", str(port), "--api-port", str(free_port())]
    # As a shell starts what it puts in the background: SIGINT is ignored.
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env={"PATH": path, "TMPDIR": str(temporary)}
        )
    try:
        yield Service(port, process, output)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def status(local: Service) -> dict[str, object]:
    """What the back end says of itself through the front end, or nothing."""
    try:
        found: dict[str, object] = httpx.get(f"{local.url}/api/status", timeout=20, trust_env=False, verify=TLS).json()[
            "backend"
        ]
    except httpx.TransportError:
        return {}
    return found


def test_it_works_reloads_and_leaves_nothing_behind(local: Service, copy: Path, tmp_path: Path) -> None:
    local.wait_until(lambda: status(local).get("database_connected") is True, 60)
    local.wait_until(lambda: status(local).get("migrated") is True, 60)
    assert local.get("/dashboard").status_code == 200
    assert local.post("/api/db-test").json()["backend_response"]["read"] == 1
    page = copy / "nodejs" / "public" / "index.html"
    page.write_text(page.read_text().replace("</main>", "changed</main>"))
    code = copy / "fastapi" / "app" / "routes.py"
    code.write_text(code.read_text().replace('"""The endpoints."""', '"""Changed."""'))
    local.wait_until(lambda: local.output().count("a file has changed, starting again") == 2, 60)
    local.wait_until(lambda: status(local).get("database_connected") is True, 60)
    assert "changed" in local.get("/").text
    assert local.get("/api/db-test").json()["backend_response"]["read"] == 1, "the database has stayed"
    local.process.send_signal(signal.SIGTERM)
    assert local.process.wait(60) == 0
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "Traceback" not in local.output()


def test_what_is_not_installed_is_named(copy: Path) -> None:
    (copy / "nodejs" / "node_modules").unlink()
    done = subprocess.run([sys.executable, copy / "local.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "not installed: run npm ci --prefix services/nodejs\n"
