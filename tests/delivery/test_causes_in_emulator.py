"""What breaks a deployed stack, and the sentence that names it: asked of the emulated account's ECS, ELB and logs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from stage3c.delivery.causes import causes, look
from stage3c.delivery.running import cluster_of, service_of
from stage3c.live.account import Account

from tests.delivery.deployed import BUILD, SPEC, Deployed, log_group
from tests.emulator import REGION, Emulator, emulator

pytestmark = pytest.mark.slow

LINES = SPEC.read_text(encoding="utf-8").splitlines()
LOGGED = {"logDriver": "awslogs", "options": {"awslogs-group": log_group("nodejs"), "awslogs-region": REGION}}


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator(managed_policies=False) as started:
        yield started


def update(deployed: Deployed, **changes: Any) -> None:
    named = {"cluster": cluster_of(BUILD), "service": service_of(BUILD, "nodejs")}
    deployed.aws.client("ecs").update_service(**named, **changes)


def says(*log: str, **conduct: Any) -> Callable[[Deployed], None]:
    """A release whose image does this."""

    def do(deployed: Deployed) -> None:
        deployed.aws.contains("nodejs:v2", log=log, **conduct)
        deployed.deploy("nodejs", "v2", logConfiguration=LOGGED)

    return do


def image_missing(deployed: Deployed) -> None:
    update(deployed, taskDefinition=deployed.register("nodejs", "v2"))


def wrong_key(deployed: Deployed) -> None:
    arn = deployed.aws.client("secretsmanager").create_secret(Name="json", SecretString='{"password": "x"}')["ARN"]
    deployed.deploy("nodejs", "v2", secrets=[{"name": "DB_PASSWORD", "valueFrom": f"{arn}:passwort::"}])


def role_denied(deployed: Deployed) -> None:
    deployed.aws.client("iam").delete_role_policy(RoleName="run", PolicyName="all")
    update(deployed, forceNewDeployment=True)


def no_route(deployed: Deployed) -> None:
    subnet = deployed.aws.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"subnets": [subnet], "securityGroups": [], "assignPublicIp": "DISABLED"}
    update(deployed, networkConfiguration={"awsvpcConfiguration": network})


BREAKS: dict[str, tuple[Callable[[Deployed], None], str, str]] = {
    "image missing": (image_missing, "image does not exist in the registry", "services.nodejs"),
    "wrong secret key": (wrong_key, "secret lacks a key", "services.nodejs"),
    "execution role denied": (role_denied, "ecr:GetAuthorizationToken", "services.nodejs"),
    "no route to NAT": (no_route, "no route to Secrets Manager", "services.nodejs"),
    "wrong port": (says(port=8080), "failed ELB health checks", "services.nodejs"),
    "wrong path": (says(paths={"/other": 200}), "404", "services.nodejs"),
    "wrong matcher": (says(paths={"/": 302}), "302", "services.nodejs"),
    "database unreachable": (
        says('connection to server at "db.example.com", port 5432 failed: Connection timed out', exit_code=1),
        "database cannot be reached",
        "services.nodejs",
    ),
    "stale password": (
        says('FATAL: password authentication failed for user "app"', exit_code=1),
        "password",
        "services.nodejs",
    ),
    "migration not run": (
        says('relation "items" does not exist', exit_code=1),
        "a migration did not run",
        "services.nodejs",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_a_stack_is_named_with_a_line_of_the_spec(deployed: Deployed, name: str) -> None:
    do, words, key = BREAKS[name]
    before = causes(look(Account(REGION, deployed.aws.url), BUILD), BUILD)
    do(deployed)
    for _ in range(6):
        deployed.service("nodejs")
    new = [each for each in causes(look(Account(REGION, deployed.aws.url), BUILD), BUILD) if each not in before]
    assert any(words in each and key in each and "stage3v3.yaml:" in each for each in new), new
