"""Images built from the shipped Dockerfiles without an engine service: buildah in a folder of its own, a registry on loopback.

No public registry of images is asked: a Debian with its own Python, and with the Node.js that the compiler brings, stands in for
both base images.
"""

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from msgspec import Struct
from stage3c.rehearsal.processes import free_port

from tests.conftest import ROOT
from tests.services import nodejs_service

PROGRAMS: Final = ("buildah", "docker-registry", "mmdebstrap", "unshare")
REQUIRED: Final = os.environ.get("STAGE3C_REQUIRE_IMAGES") == "1"
NEEDED: Final = pytest.mark.skipif(
    not REQUIRED and (os.geteuid() != 0 or not all(map(shutil.which, PROGRAMS))),
    reason="images are built here by root with buildah, docker-registry and mmdebstrap: apt-get install them",
)
STAND_IN: Final = "localhost/stand-in"
CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
STEP_MAX_SECONDS: Final = 600
MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OWN_ARCHITECTURE: Final = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


class Engine(Struct, frozen=True):
    """Buildah with all that it keeps in one folder."""

    folder: Path
    driver: str = "vfs"

    def start(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command of buildah to its end."""
        places = [
            f"--root={self.folder / 'images'}",
            f"--runroot={self.folder / 'run'}",
            f"--storage-driver={self.driver}",
        ]
        return subprocess.run(
            ["buildah", *places, *arguments],
            env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
            check=False,
            capture_output=True,
            text=True,
            timeout=STEP_MAX_SECONDS,
        )

    def run(self, *arguments: str | Path) -> str:
        """What a command of buildah writes; it must succeed."""
        done = self.start(*arguments)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def make_stand_in(self) -> None:
        """A base image with `python`, `node` and `npm`, which trusts whom this machine trusts."""
        system = self.folder / "system.tar"
        packages = "--include=python3,python3-venv,ca-certificates"
        patient = '--aptopt=Acquire::Retries "5"'
        made = ["mmdebstrap", "--quiet", "--variant=minbase", patient, packages, "bookworm", str(system)]
        subprocess.run(made, check=True, timeout=STEP_MAX_SECONDS, stdin=subprocess.DEVNULL)
        home, name = nodejs_service.HOME, self.run("from", "scratch")
        self.run("add", name, system, "/")
        self.run("add", name, home / "bin" / "node", "/usr/local/bin/node")
        self.run("add", name, home / "lib" / "node_modules" / "npm", "/usr/local/lib/node_modules/npm")
        for file in (CERTIFICATES, Path("/etc/hosts")):
            self.run("add", name, file, file)
        links = "ln -s ../lib/node_modules/npm/bin/npm-cli.js npm && ln -s /usr/bin/python3 python"
        self.run("run", name, "--", "sh", "-c", f"cd /usr/local/bin && {links}")
        self.run("config", "--env", f"NODE_EXTRA_CA_CERTS={CERTIFICATES}", "--env", f"PIP_CERT={CERTIFICATES}", name)
        self.run("commit", "--quiet", "--rm", name, STAND_IN)
        system.unlink()

    def build(self, service: str, **arguments: str) -> str:
        """Build the Dockerfile of a service as it is shipped, with build arguments; gives the name of the image."""
        told = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
        self.run("build", "--quiet", *told, "--tag", f"localhost/{service}", ROOT / "services" / service)
        return f"localhost/{service}"

    def root_of(self, image: str) -> Path:
        """A folder with the files of an image."""
        return Path(self.run("mount", self.run("from", "--pull-never", image)))


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """Buildah, and nothing of it left: images are gigabytes."""
    layered = Engine(folder / "layers", "overlay")
    made = layered if layered.start("info").returncode == 0 else Engine(folder / "copies")
    made.folder.mkdir(exist_ok=True)
    try:
        yield made
    finally:
        made.start("rm", "--all")
        shutil.rmtree(folder, ignore_errors=True)


def inside(root: Path, config: Mapping[str, Any]) -> list[str]:
    """What starts a command as a container of this image: its user, its folder, a root that is read-only, no other files."""
    script = (
        'cd "$0" && mount --make-rprivate / && mount --bind . . && cd "$0" && mount -o remount,ro,bind .'
        ' && mount -t proc proc proc && mount --rbind /dev dev && exec "$@"'
    )
    enter = ["chroot", f"--userspec={config['User']}", str(root), "/usr/bin/env", f"--chdir={config['WorkingDir']}"]
    return ["unshare", "--mount", "sh", "-c", script, str(root), *enter, *config["Env"]]


@contextmanager
def registry(folder: Path) -> Iterator[str]:
    """A registry on loopback; gives its address."""
    address, settings = f"127.0.0.1:{free_port()}", folder / "registry.yml"
    settings.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder / 'registry'}}}}}\n"
        f"http: {{addr: {address}}}\n"
    )
    server = subprocess.Popen(
        ["docker-registry", "serve", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(address):
            assert server.poll() is None, "the registry ended by itself"
            time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://{address}/v2/", trust_env=False).is_success
    return False


def read_back(address: str, name: str, digest: str) -> dict[str, Any]:
    """The configuration of an image, by its digest, from the registry; what came is what was asked for."""

    def content(kind: str, wanted: str) -> Any:
        url = f"http://{address}/v2/{name}/{kind}/{wanted}"
        answer = httpx.get(url, headers={"accept": MANIFEST}, trust_env=False).raise_for_status()
        assert f"sha256:{hashlib.sha256(answer.content).hexdigest()}" == wanted
        return answer.json()

    configuration: dict[str, Any] = content("blobs", content("manifests", digest)["config"]["digest"])
    return configuration


def push(built: Engine, image: str, address: str, name: str) -> str:
    """Push an image, and give its digest."""
    file = built.folder / f"{name}.digest"
    built.run("push", "--tls-verify=false", "--digestfile", file, image, f"docker://{address}/{name}:v1")
    return file.read_text().strip()


def words(command: Sequence[str], port: int, own: int) -> list[str]:
    """A health command that asks another port of loopback."""
    return [word.replace(f"127.0.0.1:{port}", f"127.0.0.1:{own}") for word in command]
