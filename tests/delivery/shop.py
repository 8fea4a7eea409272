"""A small stack to release with the real Terraform: its spec in a folder, and an engine that pushes manifests alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import terraform
from tests.conftest import ROOT
from tests.emulator import Emulator, emulator
from tests.live.journey import Journey

SPEC = """\
stage3c: 1
project: shop
environment: dev
region: us-east-1
state: {bucket: shop-terraform-state}
network:
  cidr: 10.0.0.0/24
  zones: [us-east-1a, us-east-1b]
  nat: none
  route_tables: {public: {default_route: internet_gateway}}
  subnets: {public: {cidrs: [10.0.0.0/26, 10.0.0.64/26], route_table: public}}
secrets: {rates: {keys: [api_key, api_secret]}}
services:
  worker:
    build: worker
    tag: TAG
    cpu: 256
    memory_mib: 512
    subnets: public
    assign_public_ip: true
    secrets: {RATES_KEY: rates.api_key}
monitoring: {alarms: false}
"""
CANARY = "canary-7f3e1d5b"
ENGINE = """\
#!{python}
import base64, json, os, sys, urllib.request
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(words) + "\\n")
logins = os.path.join(os.environ.get("DOCKER_CONFIG", ""), "config.json")
if words[0] == "login":
    with open(logins, "w") as config:
        json.dump({{"auths": {{words[-1]: sys.stdin.read()}}}}, config)
if words[0] == "push":
    assert json.load(open(logins))["auths"]
    import boto3
    name, _, tag = words[1].partition("/")[2].partition(":")
    config = {{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + tag, "size": 2}}
    manifest = json.dumps({{"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []}})
    ecr = boto3.client("ecr", region_name="us-east-1", endpoint_url={url!r})
    ecr.put_image(repositoryName=name, imageTag=tag, imageManifest=manifest)
"""


@dataclass(frozen=True)
class Shop:
    """A folder with a spec, and an engine that writes down how it is called."""

    journey: Journey
    home: Path

    def start(self, *more: str) -> "subprocess.Popen[str]":
        """Start the command in the folder, as the head of a process group of its own."""
        clean = {name: value for name, value in terraform.environment().items() if not name.startswith("AWS_")}
        aws = {name: value for name, value in self.journey.aws.environment.items() if name != "AWS_ENDPOINT_URL"}
        settings = {
            **clean,
            **aws,
            "HOME": str(self.home),
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "compiler"),
            "TMPDIR": str(self.home / "tmp"),
        }
        command = [sys.executable, "-m", "stage3c", "release", "shop.yaml", "--yes", "--format", "json", "--wait", "60"]
        return subprocess.Popen(
            [*command, "--endpoint-url", self.journey.aws.url, *more],
            cwd=self.home,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def release(self, *more: str) -> tuple[int, Any, str]:
        """Run the command in the folder: exit code, JSON and what it said."""
        process = self.start(*more)
        out, said = process.communicate()
        assert CANARY not in out + said
        return process.returncode, json.loads(out or "null"), said

    def calls(self) -> list[list[str]]:
        """How the engine was called."""
        log = self.home / "calls"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def logins(self) -> list[Path]:
        """The files that hold a password for a registry."""
        found = (each for each in self.home.rglob("config.json") if each.is_file())
        return [each for each in found if "auths" in each.read_text()]

    def tag(self, tag: str) -> None:
        """Write a tag into the spec."""
        (self.home / "shop.yaml").write_text(SPEC.replace("TAG", tag))

    def fill(self) -> None:
        """Give the secret of the stack its value."""
        value = json.dumps({"api_key": CANARY, "api_secret": CANARY})
        self.journey.aws.client("secretsmanager").put_secret_value(SecretId="shop/dev/rates", SecretString=value)


def make_place_of_the_state(journey: Journey) -> None:
    """The bucket and the lock table, without Terraform."""
    journey.place_of_the_state()
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3 = journey.aws.client("s3")
    s3.put_bucket_encryption(Bucket="shop-terraform-state", ServerSideEncryptionConfiguration=rules)


@contextmanager
def small_shop(home: Path) -> Iterator[Shop]:
    """The stack in a folder that exists, and an account that has the place of its state and nothing else."""
    for name in ("worker", "bin", "tmp"):
        (home / name).mkdir()
    (home / "worker" / "Dockerfile").write_text("FROM scratch\n")
    (home / "shop.yaml").write_text(SPEC.replace("TAG", "v1"))
    with emulator() as aws:
        facts = {"python": sys.executable, "log": str(home / "calls"), "url": aws.url}
        engine = home / "bin" / "docker"
        engine.write_text(ENGINE.format(**facts))
        engine.chmod(0o755)
        journey = Journey(aws, home / "generated", home / "shop.yaml")
        make_place_of_the_state(journey)
        yield Shop(journey, home)


def deployment(aws: Emulator) -> Any:
    """The newest deployment of the service."""
    ecs = aws.client("ecs")
    (told,) = ecs.describe_services(cluster="shop-dev", services=["shop-dev-worker"])["services"]
    return told["deployments"][0]
