"""The reference stack from an empty account through a release, two breaks and a way back, by the commands that a user types."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import terraform
from tests.delivery.site import SPEC, Site, site
from tests.emulator import emulator

READY = "ready: /ready}"
"""What the reference spec says of the health check of nodejs."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    terraform.needs_terraform()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with emulator() as aws, site(aws, tmp_path) as made:
        for key in ("fastapi", "nodejs"):
            made.serves(key, "v1", ready=200)
        made.end_of_job(0)
        yield made


@pytest.mark.slow
def test_the_reference_stack_is_released_verified_broken_explained_and_rolled_back(shop: Site) -> None:
    shop.journey.bootstrap()
    released_and_verified(shop)
    broken_while_it_runs(shop)
    rolled_back_and_kept(shop)
    broken_before_it_runs(shop)
    assert_no_secret(shop)


def released_and_verified(shop: Site) -> None:
    told = release(shop, code=0)
    assert [step["name"] for step in told["steps"]] == [
        "prepare", "secrets", "images", "jobs", "apply", "deployments",
    ]  # fmt: skip
    assert [check["passed"] for check in told["checks"]] == [True] * 9
    assert set(shop.journey.inventory()) == shop.journey.importable()
    for key in ("fastapi", "nodejs"):
        service = shop.service(key)
        assert [each["rolloutState"] for each in service["deployments"]] == ["COMPLETED"]
        assert (service["runningCount"], shop.image(key), shop.tags(key)) == (2, "v1", {"v1"})
    assert shop.jobs() == [0]
    assert "9 of 9 checks pass" in shop.stage3c("verify", SPEC).stderr
    assert "/api/db-test" in (shop.home / "requests.log").read_text(encoding="utf-8")


def broken_while_it_runs(shop: Site) -> None:
    """The new image is healthy, and does not reach its data."""
    shop.stage3c("tag", SPEC, "nodejs=v2")
    shop.serves("nodejs", "v2", ready=200)
    shop.without_database.add(("nodejs", "v2"))
    told = release(shop, code=1)
    assert shop.image("nodejs") == "v2"
    failed = [check["name"] for check in told["checks"] if not check["passed"]]
    assert failed == ["GET /api/status", "GET /api/db-test"]
    assert any("rejects the password" in why and f"({SPEC}:" in why for why in told["why"]), told["why"]
    assert told["back"] == [f"stage3c rollback {SPEC} --service nodejs"]


def rolled_back_and_kept(shop: Site) -> None:
    said = shop.stage3c("rollback", SPEC, "--service", "nodejs", "--yes").stderr
    assert "9 of 9 checks pass" in said
    assert (shop.image("nodejs"), shop.image("fastapi")) == ("v1", "v1")
    advised = next(line for line in said.splitlines() if "stage3c tag" in line)
    for command in advised.split(" && "):
        shop.stage3c(*shlex.split(command)[1:])
    planned = shop.journey.changed()
    after = json.loads(planned["aws_ecs_task_definition.nodejs"]["after"]["container_definitions"])
    assert after[0]["image"].endswith("/nodejs:v1")
    assert shop.tags("nodejs") == {"v1", "v2"}


def broken_before_it_runs(shop: Site) -> None:
    """The new image fails the health check of the load balancer, so ECS goes back by itself."""
    shop.stage3c("tag", SPEC, "nodejs=v3")
    shop.serves("nodejs", "v3", ready=503)
    told = release(shop, code=1)
    assert shop.image("nodejs") == "v1"
    place = f"({SPEC}:{line_of(shop, READY)}, services.nodejs.health.ready)"
    assert any("failed with these codes: [503]" in why and place in why for why in told["why"]), told["why"]
    events = [event["message"] for event in shop.service("nodejs")["events"]]
    done = shop.stage3c("explain-error", "-", "--spec", SPEC, "--format", "json", typed="\n\n".join(events))
    found = {each["key"]: each for each in json.loads(done.stdout)["failures"]}
    assert found["elb-unhealthy-code"]["line"] == line_of(shop, READY)


def release(shop: Site, *, code: int) -> Any:
    """Release as in CI, and read the report."""
    return json.loads(
        shop.stage3c(
            "release", SPEC, "--yes", "--format", "json", "--resolver", shop.journey.resolver, code=code
        ).stdout
    )


def line_of(shop: Site, text: str) -> int:
    """The line of the spec as it is now that holds a text."""
    lines = (shop.home / SPEC).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def assert_no_secret(shop: Site) -> None:
    secrets = shop.journey.aws.client("secretsmanager")
    (name,) = [each["Name"] for each in secrets.list_secrets()["SecretList"]]
    value = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])["password"]
    assert value not in shop.journey.texts() + "\n".join(shop.said)
