"""The image of the front end: its lock file, its health command run for real, its time to stop."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services.nodejs_service import FOLDER, NODE, nodejs
from tests.services.stub_backend import stub_backend
from tests.services.test_images import container

DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
LOCK = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))


def test_every_package_is_locked_with_its_hash_and_the_lock_is_of_this_package() -> None:
    packages = {name: each for name, each in LOCK["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    project = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    assert LOCK["packages"][""]["dependencies"] == project["dependencies"]
    assert "npm ci --omit=dev --ignore-scripts" in DOCKERFILE


def test_no_package_runs_a_script_while_it_is_installed() -> None:
    assert [name for name, each in LOCK["packages"].items() if each.get("hasInstallScript")] == []


def test_it_is_done_before_ecs_kills_it() -> None:
    server = (FOLDER / "src" / "server.js").read_text(encoding="utf-8")
    told = re.findall(r"const (?:FETCH_MAX_MS|LINGER_MS|ANSWER_MAX_MS) = ([0-9_]+);", server)
    assert len(told) == 3
    assert sum(int(each.replace("_", "")) for each in told) <= (container("nodejs")["stopTimeout"] - 5) * 1000


def test_nothing_secret_is_in_its_environment_nor_in_reach_of_its_roles() -> None:
    given = container("nodejs")
    assert given["secrets"] == []
    assert [each["name"] for each in given["environment"]] == ["FASTAPI_URL"]
    written = json.loads((ROOT / "generated" / "stage3v3" / "main.tf.json").read_text(encoding="utf-8"))
    policies = {name for name in written["resource"]["aws_iam_role_policy"] if name.startswith("nodejs")}
    assert policies
    documents = json.dumps([written["resource"]["aws_iam_role_policy"][name] for name in policies])
    assert "secretsmanager" not in documents


@pytest.mark.slow
@pytest.mark.xdist_group("nodejs")
def test_the_health_command_tells_alive_from_dead(nodejs_home: Path, tmp_path: Path) -> None:
    words = container("nodejs")["healthCheck"]["command"][2:]
    with stub_backend() as backend, nodejs(nodejs_home, backend.url, tmp_path) as frontend:
        script = [word.replace("127.0.0.1:3000", frontend.url.removeprefix("http://")) for word in words]
        assert subprocess.run([NODE, *script], check=False, timeout=20).returncode == 0
        frontend.stop()
        assert subprocess.run([NODE, *script], check=False, timeout=20, capture_output=True).returncode != 0
