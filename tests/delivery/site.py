"""The reference stack in an emulated account, with its load balancers on loopback and an application behind them.

The load balancers are those of `rehearse`: they follow what Terraform made in the account. The application answers as the
image does whose tasks ECS runs at the moment; with no task, nothing answers.
"""

import json
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

from stage3c.delivery.running import cluster_of, service_of
from stage3c.live.account import Account
from stage3c.rehearsal.balancer.balancer import Balancer, serving
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.directory import Directory

from tests import stand_ins, terraform
from tests.conftest import ROOT
from tests.delivery.deployed import BUILD, log_group
from tests.emulator import REGION, Emulator
from tests.live.journey import SPEC as REFERENCE
from tests.live.journey import Journey
from tests.live.looking import Looking
from tests.name_server import name_server

HOST = "stage3v3.a-g-e-n-t-i-c.com"
SPEC = "stage3v3.yaml"
PORTS = {"nodejs": 3000, "fastapi": 8000}
TASKS = ("10.0.0.4", "10.0.0.5")
"""Where the emulated account says that the tasks of a service are."""
OF_DATABASE = ("/api/status", "/api/db-test")
REFUSED = 'FATAL: password authentication failed for user "postgres"'

Done: TypeAlias = "subprocess.CompletedProcess[str]"


@dataclass
class Site:
    """A project folder, an account, and the ways to both."""

    journey: Journey
    home: Path
    settings: dict[str, str]
    without_database: set[tuple[str, str]] = field(default_factory=set)
    """Services with the tags of their images that do not reach their data."""
    said: list[str] = field(default_factory=list)
    """All that commands have printed."""

    def run(self, *words: str, code: int = 0, cwd: Path | None = None, typed: str = "") -> Done:
        """Run a command, in the project folder unless told."""
        done = subprocess.run(
            words, cwd=cwd or self.home, env=self.settings, capture_output=True, text=True, check=False, input=typed
        )
        self.said.append(done.stdout + done.stderr)
        assert done.returncode == code, self.said[-1][-8000:]
        return done

    def stage3c(self, *words: str, code: int = 0, typed: str = "") -> Done:
        """Run stage3c as a user does."""
        return self.run(sys.executable, "-m", "stage3c", *words, code=code, typed=typed)

    def serves(self, key: str, tag: str, **paths: int) -> None:
        """Say how the image of a service answers its load balancer's health check."""
        image = f"agentic-aws/stage3v3/{key}:{tag}"
        self.journey.aws.contains(image, paths={f"/{path}": status for path, status in paths.items()})

    def image(self, key: str) -> str:
        """The tag of the image that tasks of a service run now; empty if none runs."""
        ecs, cluster = self.journey.aws.client("ecs"), cluster_of(BUILD)
        try:
            tasks = ecs.list_tasks(cluster=cluster, serviceName=service_of(BUILD, key))["taskArns"]
        except ecs.exceptions.ClusterNotFoundException:
            return ""
        if not tasks:
            return ""
        (task, *_) = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
        told = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
        return str(told["containerDefinitions"][0]["image"]).rpartition(":")[2]

    def service(self, key: str) -> Any:
        """What ECS says of a service."""
        asked = {"cluster": cluster_of(BUILD), "services": [service_of(BUILD, key)]}
        return self.journey.aws.client("ecs").describe_services(**asked)["services"][0]

    def answer(self, key: str, path: str) -> tuple[int, Any]:
        """What a task answers, as the images are; like a real one, whoever fails writes the reason into its log."""
        if not self.image(key):
            return 503, {}
        failing = [each for each in PORTS if (each, self.image(each)) in self.without_database]
        if path not in OF_DATABASE or not failing:
            return 200, {"backend": {"database_connected": True}, "backend_response": {"status": "success"}}
        self.log(failing[0], REFUSED)
        return 500, {"backend": {"database_connected": False}}

    def log(self, key: str, line: str) -> None:
        """Write a line into the log of a service."""
        logs, stream = self.journey.aws.client("logs"), f"{key}/{key}/0a1b"
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=log_group(key), logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": line}
        logs.put_log_events(logGroupName=log_group(key), logStreamName=stream, logEvents=[event])

    def end_of_job(self, code: int) -> None:
        """Say how tasks of the job will end."""
        self.journey.aws.client("ecs").submit_task_state_change(
            cluster=cluster_of(BUILD),
            task="agentic-aws-stage3v3-migrate",
            status="STOPPED",
            containers=[{"containerName": "migrate", "exitCode": code}],
        )

    def jobs(self) -> list[int]:
        """The exit codes of the tasks of the job."""
        ecs, cluster = self.journey.aws.client("ecs"), cluster_of(BUILD)
        asked = {"cluster": cluster, "desiredStatus": "STOPPED", "family": "agentic-aws-stage3v3-migrate"}
        tasks = ecs.list_tasks(**asked)["taskArns"]
        found = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"] if tasks else []
        return [each["containers"][0]["exitCode"] for each in found]

    def tags(self, key: str) -> set[str]:
        """The tags that are pushed."""
        told = self.journey.aws.client("ecr").list_images(repositoryName=f"agentic-aws/stage3v3/{key}")
        return {each["imageTag"] for each in told["imageIds"]}


@contextmanager
def site(aws: Emulator, home: Path) -> Iterator[Site]:
    """A project with the reference spec and its services, in an account that has its hosted zone and nothing else."""
    shutil.copy(REFERENCE, home / SPEC)
    (home / "services").symlink_to(ROOT / "services")
    (home / "bin").mkdir()
    (home / "kept").mkdir()
    stand_ins.install(home / "bin", "docker")
    with name_server() as dns, ExitStack() as held:
        Looking(aws, dns).make_zone()
        made = Site(Journey(aws, home / "generated", home / SPEC, resolver=dns.address), home, {})
        ways = held.enter_context(_ways(made))
        made.settings.update(_settings(made, ways))
        (home / ".curlrc").write_text(
            "".join(f'connect-to = "{HOST}:{port}:127.0.0.1:{at}"\n' for port, at in ways.items())
        )
        yield made


@contextmanager
def _ways(made: Site) -> Iterator[dict[int, int]]:
    """The loopback ports at which ports 80 and 443 of the public name are reached, from now on."""
    directory, authority = Directory(), Authority(made.home)
    with ExitStack() as held:
        for key, port in PORTS.items():
            place = held.enter_context(_served(ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, key))))
            for ip in TASKS:
                directory.add(ip, port, ("127.0.0.1", place), key)
        account = partial(Account, REGION, made.journey.aws.url)
        balancer = held.enter_context(
            serving(Balancer(account, directory, authority, made.home / "requests.log", pace=20.0))
        )
        _trust(authority.file)
        yield {
            port: held.enter_context(_served(_Door(lambda port=port: balancer.detour().place(HOST, port))))  # type: ignore[misc] # bound now
            for port in (80, 443)
        }


def _trust(authority: Path) -> None:
    """Let one file hold the authority besides those that the system trusts."""
    system = ssl.get_default_verify_paths().cafile
    with authority.open("a", encoding="utf-8") as trusted:
        trusted.write(Path(system).read_text(encoding="utf-8") if system else "")


def _settings(made: Site, ways: dict[int, int]) -> dict[str, str]:
    clean = {name: value for name, value in terraform.environment().items() if not name.startswith("AWS_")}
    return {
        **clean,
        **made.journey.aws.environment,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CI": "true",
        "CURL_HOME": str(made.home),
        "CURL_CA_BUNDLE": str(made.home / "authority.pem"),
        "PATH": f"{made.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "compiler"),
        "SSL_CERT_FILE": str(made.home / "authority.pem"),
        "STAND_IN": str(made.home / "kept"),
        "STAGE3C_CONNECT_TO": " ".join(f"{HOST}:{port}:127.0.0.1:{at}" for port, at in ways.items()),
    }


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    """The port of a server, which serves in a thread of its own."""
    server.daemon_threads = True  # type: ignore[attr-defined] # both of ours are threading
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(made: Site, key: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, told = made.answer(key, self.path)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked may be gone
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as inherited
            pass

    return Handler


class _Door(socketserver.ThreadingTCPServer):
    """A port that leads to wherever a listener is at the moment; while there is none, connections are closed."""

    def __init__(self, where: Callable[[], tuple[str, int] | None]) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.where = where


class _Passing(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        place = server.where()
        if place is not None:
            with suppress(OSError), socket.create_connection(place, timeout=60) as other:
                back = threading.Thread(target=_pass, args=(other, self.request), daemon=True)
                back.start()
                _pass(self.request, other)
                back.join()


def _pass(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
