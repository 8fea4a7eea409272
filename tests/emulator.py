"""An AWS of one's own for tests: moto's server on a free loopback port, in a process that ends with the test.

Credentials are moto's own make-believe ones; nothing here can reach an account.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from msgspec import Struct, field
from stage3c.rehearsal.processes import free_port

from tests import terraform
from tests.command import run_inside
from tests.conftest import ROOT

REGION = "us-east-1"
START_MAX_SECONDS = 60
MAKE_BELIEVE = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


class Emulator(Struct, frozen=True):
    """A running emulator."""

    url: str
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What Terraform, or anything with an AWS SDK, needs to talk to it."""
        return {**MAKE_BELIEVE, "AWS_ENDPOINT_URL": self.url, "AWS_REGION": REGION, "NO_PROXY": "127.0.0.1"}

    def client(self, service: str, region: str = REGION) -> Any:
        """A boto3 client; one a service and region."""
        name = f"{service}/{region}"
        if name not in self.clients:
            self.clients[name] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=region,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",  # noqa: S106 - moto takes anything
            )
        return self.clients[name]

    def reset(self) -> None:
        """Make it an account in which nothing has ever been."""
        self._tell("reset", "")

    def enforce(self, *, yes: bool) -> None:
        """Whether it refuses what the policies of a caller do not allow."""
        self._tell("reset-auth", "0" if yes else "inf")

    def contains(self, image: str, **conduct: Any) -> None:
        """Say what is in an image, as `stage3c.rehearsal.emulator.images` takes it."""
        self._tell("stage3c/images", json.dumps({"region": REGION, "image": image, **conduct}))

    def report(self, service: str, running: Mapping[str, int], stopped: list[dict[str, str]]) -> None:
        """Be the agent of a service, as `stage3c.rehearsal.emulator.agent_reports` takes it."""
        self._tell("stage3c/tasks", json.dumps({"service": service, "running": running, "stopped": stopped}))

    def forward(self, group: str, subnet: str) -> None:
        """Let a load balancer of its own forward to a target group: ECS refuses a service behind a group without any."""
        elb = self.client("elbv2")
        name = f"to-{group.rpartition('/')[2]}"
        made = elb.create_load_balancer(Name=name, Subnets=[subnet])["LoadBalancers"][0]["LoadBalancerArn"]
        action = {"Type": "forward", "TargetGroupArn": group}
        elb.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=[action])

    def _tell(self, what: str, value: str) -> None:
        url, plain = f"{self.url}/moto-api/{what}", {"Content-Type": "text/plain"}
        request = urllib.request.Request(url, value.encode(), plain, method="POST")  # noqa: S310 - loopback
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - likewise

    def terraform(self, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run Terraform against it."""
        return terraform.run(folder, *arguments, "-no-color", more=self.environment)


def run_command(
    *arguments: str | Path, aws: Emulator | None, credentials: Mapping[str, str] | None = None, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run one of the commands that look at an account: as its administrator unless told, or as nobody."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nobody = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_CONFIG_FILE": "/dev/null",
    }
    own = {**aws.environment, **(credentials or {})} if aws else {}
    settings = {**clean, **nobody, **own}
    settings.pop("AWS_ENDPOINT_URL", None)
    where = ("--endpoint-url", aws.url) if aws else ()
    return run_inside(*arguments, *where, environment=settings, typed=typed)


@contextmanager
def emulator(*, managed_policies: bool = True) -> Iterator[Emulator]:
    """Start one, and stop it by its own process id. AWS's managed policies take seconds at each reset."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "stage3c.rehearsal.emulator", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "MOTO_ACM_VALIDATION_WAIT": "0",
            "MOTO_IAM_LOAD_MANAGED_POLICIES": str(managed_policies).lower(),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/moto-api/", server)
        yield Emulator(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(START_MAX_SECONDS * 10):
        assert server.poll() is None, "the emulator ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - a loopback URL of our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    msg = "the emulator does not answer"
    raise AssertionError(msg)
