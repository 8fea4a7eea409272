"""A release of a small stack, from an empty account to a stack that runs, with the real Terraform."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
if words[0] == "login":
    assert sys.stdin.read()
if words[0] == "push":
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

    def release(self, *more: str) -> tuple[int, Any, str]:
        """Run the command in the folder: exit code, JSON and what it said."""
        clean = {name: value for name, value in terraform.environment().items() if not name.startswith("AWS_")}
        aws = {name: value for name, value in self.journey.aws.environment.items() if name != "AWS_ENDPOINT_URL"}
        settings = {
            **clean,
            **aws,
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "compiler"),
        }
        command = [sys.executable, "-m", "stage3c", "release", "shop.yaml", "--yes", "--format", "json", "--wait", "60"]
        place = ("--endpoint-url", self.journey.aws.url, *more)
        done = subprocess.run(
            [*command, *place], cwd=self.home, env=settings, capture_output=True, text=True, check=False
        )
        assert CANARY not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout or "null"), done.stderr

    def calls(self) -> list[list[str]]:
        """How the engine was called."""
        log = self.home / "calls"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def tag(self, tag: str) -> None:
        """Write a tag into the spec."""
        (self.home / "shop.yaml").write_text(SPEC.replace("TAG", tag))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    terraform.needs_terraform()
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "shop.yaml").write_text(SPEC.replace("TAG", "v1"))
    with emulator() as aws:
        facts = {"python": sys.executable, "log": str(tmp_path / "calls"), "url": aws.url}
        engine = tmp_path / "bin" / "docker"
        engine.write_text(ENGINE.format(**facts))
        engine.chmod(0o755)
        journey = Journey(aws, tmp_path / "generated", tmp_path / "shop.yaml")
        journey.place_of_the_state()
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        rules = {"Rules": [default]}
        aws.client("s3").put_bucket_encryption(Bucket="shop-terraform-state", ServerSideEncryptionConfiguration=rules)
        yield Shop(journey, tmp_path)


def deployment(aws: Emulator) -> Any:
    ecs = aws.client("ecs")
    (told,) = ecs.describe_services(cluster="shop-dev", services=["shop-dev-worker"])["services"]
    return told["deployments"][0]


@pytest.mark.slow
def test_an_empty_account_is_released_once_its_secret_is_filled_and_a_broken_release_is_a_failure(shop: Shop) -> None:
    code, told, said = shop.release("--dry-run")
    assert code == 0, said
    notes = [note for step in told["steps"] for note in step["notes"]]
    assert "would create aws_ecr_repository.worker" in notes
    assert shop.journey.aws.client("ecr").describe_repositories()["repositories"] == []

    code, told, said = shop.release()
    assert code == 1, said
    (secret,) = told["secrets"]
    assert (secret["name"], secret["keys"]) == ("shop/dev/rates", ["api_key", "api_secret"])
    assert secret["command"].startswith(
        "aws secretsmanager put-secret-value --region us-east-1 --secret-id shop/dev/rates"
    )
    assert shop.journey.aws.client("ecs").list_clusters()["clusterArns"] == []

    value = json.dumps({"api_key": CANARY, "api_secret": CANARY})
    shop.journey.aws.client("secretsmanager").put_secret_value(SecretId="shop/dev/rates", SecretString=value)
    code, told, said = shop.release()
    assert code == 0, said
    assert [step["name"] for step in told["steps"]] == ["prepare", "secrets", "images", "apply", "deployments"]
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/dev/worker:v1"
    assert [call for call in shop.calls() if call[0] != "version"] == [
        ["login", "--username", "AWS", "--password-stdin", "123456789012.dkr.ecr.us-east-1.amazonaws.com"],
        ["build", "--platform", "linux/amd64", "--tag", image, "worker"],
        ["push", image],
    ]
    first = deployment(shop.journey.aws)
    assert first["rolloutState"] == "COMPLETED"

    code, told, said = shop.release()
    assert code == 0, said
    assert told["steps"][3]["notes"] == ["no changes"]
    assert deployment(shop.journey.aws)["id"] == first["id"]
    assert len([call for call in shop.calls() if call[0] == "push"]) == 1

    shop.tag("v2")
    shop.journey.aws.contains("worker:v2", exit_code=1)
    code, told, said = shop.release()
    assert code == 1, said
    assert "services.worker was rolled back" in said
    assert any("shop.yaml:" in sentence for sentence in told["why"])
    assert "stage3c rollback" in said
