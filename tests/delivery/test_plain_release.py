"""The reference stack by the plain commands of its generated README: released, broken and rolled back without stage3c.

Terraform, the AWS CLI, curl and jq are real; docker is a stand-in that pushes manifests alone.
"""

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests import terraform
from tests.delivery.deployed import Deployed
from tests.delivery.site import REFUSED, Site, site
from tests.delivery.test_jobs import at_its_first_task, end, write
from tests.emulator import emulator
from tests.readmes import Block, blocks, install_cli
from tests.test_generated import GENERATED

STACK = "stage3v3"
ROLL_BACK = "update-service"
LOGS = "filter-log-events"


@pytest.fixture
def shop(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    terraform.needs_terraform()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with emulator() as aws, site(aws, tmp_path) as made:
        (tmp_path / "bin" / "aws").symlink_to(install_cli(tmp_path_factory.mktemp("cli")) / "aws")
        made.settings["TF_CLI_ARGS_apply"] = "-auto-approve"  # whoever reads the README says yes
        made.journey.place_of_the_state()
        shutil.copytree(GENERATED / STACK, made.journey.stack)
        for key in ("fastapi", "nodejs"):
            made.serves(key, "v1", ready=200)
            made.serves(key, "v2", ready=200)
        yield made


@pytest.mark.slow
def test_the_readme_releases_and_rolls_back_without_stage3c(shop: Site) -> None:
    found = blocks(shop.journey.stack / "README.md")
    deployed = Deployed(shop.journey.aws)

    def finish(task: str) -> None:
        write(deployed, "applied 0001.sql")
        end(deployed, 0, task=task)

    for block in found:
        if block.section == "First release":
            with at_its_first_task(deployed, finish) if "run-task" in block.text else nullcontext():
                shell(shop, block)
    assert shop.jobs() == [0]
    settle(shop)
    assert [shop.image(key) for key in ("fastapi", "nodejs")] == ["v1", "v1"]
    assert "No changes" in shop.run("terraform", "plan", "-input=false", cwd=shop.journey.stack).stdout
    assert "FAIL" not in smoke(shop, code=0)

    release_another_tag(shop, found)
    shop.without_database.add(("fastapi", "v2"))
    assert (shop.image("fastapi"), shop.image("nodejs")) == ("v2", "v1")
    assert "/api/db-test" in smoke(shop, code=1)
    assert REFUSED in shell(shop, lines_with(found, LOGS))

    shell(shop, lines_with(found, ROLL_BACK))
    settle(shop)
    assert shop.image("fastapi") == "v1"
    smoke(shop, code=0)


def release_another_tag(shop: Site, found: list[Block]) -> None:
    """What the README says of later releases, for fastapi: a new tag, which a build would write, then push and apply."""
    file = shop.journey.stack / "main.tf.json"
    text = file.read_text(encoding="utf-8")
    old = "${aws_ecr_repository.fastapi.repository_url}:v1"
    assert old in text
    file.write_text(text.replace(old, old.replace(":v1", ":v2")), encoding="utf-8")
    push = next(block for block in found if "docker push" in block.text)
    fastapi = push.text.partition("repository=$(terraform output -raw nodejs_repository)")[0]
    shell(shop, push._replace(text=fastapi.replace('"v1', '"v2')))
    shell(shop, Block("", "terraform apply"))
    settle(shop)


def settle(shop: Site) -> None:
    """Let ECS start what is deployed: the emulated one does so when it is looked at."""
    for key in ("fastapi", "nodejs"):
        assert shop.service(key)["deployments"][0]["rolloutState"] in {"IN_PROGRESS", "COMPLETED"}


def lines_with(found: list[Block], word: str) -> Block:
    """The one block that has a command, with the revision that is chosen."""
    (block,) = [each for each in found if word in each.text]
    return block._replace(text=block.text.replace("REVISION", "agentic-aws-stage3v3-fastapi:1"))


def shell(shop: Site, block: Block) -> str:
    """What a block prints, run in the folder of the README."""
    return shop.run("bash", "-euo", "pipefail", "-c", block.text, cwd=shop.journey.stack).stdout


def smoke(shop: Site, *, code: int) -> str:
    """What the generated checks for curl and jq print."""
    return shop.run("sh", "smoke.sh", code=code, cwd=shop.journey.stack).stdout
