"""Every command block of every generated README is run: those of the reference stack and the state bucket against an account.

The blocks of the other stacks run with a stand-in for the AWS CLI; the real one then parses what it was given. Its version 1 is
taken because version 2 is not on PyPI, and what both know can be run by everybody.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import terraform
from tests.conftest import ROOT
from tests.delivery.deployed import Deployed
from tests.delivery.test_jobs import at_its_first_task, end, tasks_of, write
from tests.emulator import MAKE_BELIEVE, REGION, Emulator, emulator
from tests.readmes import CLOSED, Block, Place, blocks, folders, install_cli, quiet, resolved
from tests.test_gate import with_command
from tests.test_generated import GENERATED, STACKS, STORE

READMES = sorted(GENERATED.glob("*/README.md"))
RUN, SET_UP = "stage3v3", "Set up once"
HERE = Path(__file__).resolve().parent / "stand_ins"
VALUES = {
    "REVISION": "agentic-aws-stage3v3-fastapi:1",
    "FOLDER": ".",
    "TABLE": "locks",
    "BUCKET/KEY": "bucket/key",
    " ID": " 00000000-0000-0000-0000-000000000000",
}
PLACEHOLDER = re.compile(r"(?<![\w$-])[A-Z]{2,}(?:/[A-Z]+)?…?(?![\w*-])")
"""A word in capitals that the reader replaces."""


def filled(block: Block) -> Block:
    """A block with a value for each placeholder."""
    text = block.text
    for name, value in VALUES.items():
        text = text.replace(name, value)
    return block._replace(text=text)


def test_every_block_is_found_and_every_placeholder_has_a_value() -> None:
    assert [path.parent for path in READMES] == sorted([*STACKS, STORE])
    for readme in READMES:
        found = blocks(readme)
        assert found
        assert sum(block.text.count("\n") + 1 for block in found) == len(commands_of(readme)), readme
        for block in found:
            left = set(PLACEHOLDER.findall(filled(block).text)) - {"AWS", "S", "SORT", "DESC"}
            assert left <= ({"SPEC…"} if block.section == SET_UP else set()), (readme, left)


def commands_of(readme: Path) -> list[str]:
    """Every line that begins with a command, wherever it stands, so that no block is left out."""
    text = readme.read_text(encoding="utf-8")
    return re.findall(r"^ +(?:[a-z]+=\$\()?(?:terraform|aws|docker|cd|rm|stage3c) .*$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the AWS CLI alone, since it pins botocore."""
    return install_cli(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with emulator(managed_policies=False) as started:
        yield started


def known_of(deployed: Deployed) -> dict[str, str]:
    """What the references of the outputs and of the job's containers are worth in the account."""
    client = deployed.aws.client
    uris = {
        each["repositoryName"].rpartition("/")[2]: each["repositoryUri"]
        for each in client("ecr").describe_repositories()["repositories"]
    }
    (database,) = client("rds").describe_db_instances()["DBInstances"]
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {
        **{f"aws_ecr_repository.{key}.repository_url": uri for key, uri in uris.items()},
        "aws_ecs_cluster.main.name": "agentic-aws-stage3v3",
        "aws_security_group.service_fastapi.id": client("ec2").describe_security_groups()["SecurityGroups"][0][
            "GroupId"
        ],
        "aws_subnet.private_a.id": subnet,
        "aws_subnet.private_b.id": subnet,
        "aws_cloudwatch_log_group.job_migrate.name": "/ecs/agentic-aws/stage3v3/migrate",
        "aws_db_instance.main.master_user_secret[0].secret_arn": database["MasterUserSecret"]["SecretArn"],
    }


def prepared(aws: Emulator, place: Place) -> Deployed:
    """The reference stack without images, with two revisions of fastapi, a line in its log, and the job as it is generated."""
    aws.reset()
    deployed = Deployed(aws)
    deployed.make()
    deployed.deploy("fastapi", "v2")
    deployed.log("fastapi", (int(time.time() * 1000), "hello from fastapi"))
    aws.client("logs").create_log_group(logGroupName="/ecs/agentic-aws/stage3v3/migrate")
    for key in ("fastapi", "nodejs"):
        name = f"agentic-aws/stage3v3/{key}"
        aws.client("ecr").batch_delete_image(repositoryName=name, imageIds=[{"imageTag": "v1"}])
    known = known_of(deployed)
    job = place.document["resource"]["aws_ecs_task_definition"]["job_migrate"]
    containers = place.document["locals"]["containers_job_migrate"]
    made = aws.client("ecs").register_task_definition(
        family=job["family"], networkMode="awsvpc", cpu=job["cpu"], memory=job["memory"],
        requiresCompatibilities=["FARGATE"], executionRoleArn="arn:aws:iam::123456789012:role/run",
        containerDefinitions=resolved(containers, lambda name: known.get(name, name)),
    )  # fmt: skip
    known["aws_ecs_task_definition.job_migrate.arn"] = made["taskDefinition"]["taskDefinitionArn"]
    place.outputs(lambda name: known.get(name, name))
    return deployed


@pytest.mark.slow
@pytest.mark.xdist_group("readmes")
def test_the_blocks_of_the_reference_stack_run_in_order(aws: Emulator, cli: Path, tmp_path: Path) -> None:
    terraform.needs_terraform()
    place = Place(tmp_path, GENERATED / RUN, "terraform", "docker")
    (place.bin / "aws").symlink_to(cli / "aws")
    (tmp_path / "services").symlink_to(ROOT / "services")
    deployed = prepared(aws, place)

    def finish(task: str) -> None:
        write(deployed, "applied 0001.sql")
        end(deployed, 0, task=task)

    settings = {**MAKE_BELIEVE, "AWS_ENDPOINT_URL": aws.url, "AWS_DEFAULT_REGION": REGION}
    with at_its_first_task(deployed, finish):
        printed = run_all(place, blocks(place.folder / "README.md"), settings)
    assert re.search(r"^applied 0001\.sql\n0\tEssential container", printed, re.MULTILINE), printed
    assert "hello from fastapi" in printed
    assert tasks_of(deployed)[0]["containers"][0]["exitCode"] == 0
    for key in ("fastapi", "nodejs"):
        images = aws.client("ecr").list_images(repositoryName=f"agentic-aws/stage3v3/{key}")["imageIds"]
        assert "v1" in {each["imageTag"] for each in images}
    assert deployed.service("fastapi")["taskDefinition"].endswith(VALUES["REVISION"])
    understood_by_terraform(place)


def run_all(place: Place, found: list[Block], settings: dict[str, str]) -> str:
    """Run the blocks, each in a shell of its own; a first release begins with nothing applied. What they print."""
    printed, section = "", ""
    for block in found:
        if block.section == "First release" != section:
            place.forget()
        section = block.section
        printed += place.run(filled(block), settings)
    return printed


@pytest.mark.slow
@pytest.mark.xdist_group("readmes")
def test_the_blocks_of_all_other_readmes_run_with_stand_ins_and_are_understood(cli: Path, tmp_path: Path) -> None:
    terraform.needs_terraform()
    calls: list[list[str]] = []
    for source, build in [*folders(tmp_path / "variants"), (STORE, None)]:
        root = tmp_path / "run" / source.name
        for service in build.stack.services.values() if build else ():
            if service.build:
                (root / service.build).mkdir(parents=True, exist_ok=True)
                (root / service.build / "Dockerfile").touch()
        place = Place(root, source, "terraform", "docker", "aws")
        place.outputs(lambda expression: f"registry.example/{expression}")
        run_all(place, [block for block in blocks(source / "README.md") if block.section != SET_UP], {})
        understood_by_terraform(place)
        calls += place.calls("aws")
    assert len(calls) > len(READMES)
    assert not_understood(cli, calls, tmp_path) == ""


def not_understood(cli: Path, calls: list[list[str]], tmp_path: Path) -> str:
    """What the real AWS CLI does not take, with its message."""
    lines, typed = tmp_path / "lines", tmp_path / "typed"
    lines.write_text("".join(f"{json.dumps(each)}\n" for each in calls), encoding="utf-8")
    typed.write_text("typed\n")
    settings = {**quiet(), **MAKE_BELIEVE, "AWS_ENDPOINT_URL": CLOSED, "AWS_DEFAULT_REGION": REGION}
    with typed.open() as given:
        done = subprocess.run(
            [cli / "python", HERE / "aws_parses.py", lines],
            env=settings, stdin=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def understood_by_terraform(place: Place) -> None:
    """The real Terraform has each subcommand, and its help each option."""
    for call in place.calls("terraform"):
        command = next(each for each in call if not each.startswith("-"))
        options = {each.partition("=")[0] for each in call if each.startswith("-")}
        assert options <= options_of(command), call


@cache
def options_of(command: str) -> set[str]:
    """The options of a subcommand; those of `plan` are those of `apply` too, as its help says."""
    commands = [command, "plan"] if command == "apply" else [command]
    program = shutil.which("terraform")
    assert program
    helps = [subprocess.run([program, each, "-help"], capture_output=True, text=True, check=True) for each in commands]
    return {"-chdir", *re.findall(r"^\s+(-[a-z-]+)", "\n".join(each.stdout for each in helps), re.MULTILINE)}


@pytest.mark.slow
@pytest.mark.xdist_group("readmes")
@pytest.mark.parametrize(
    "wrong",
    [
        ["ecs", "describe-service", "--services", "x"],
        ["ecs", "describe-services", "--cluster", "c", "--service-names", "x"],
        ["ecs", "run-task", "--cli-input-json", '{"taskDefinition": "x", "clusters": "c"}'],
        ["ecs", "wait", "task-stopped", "--tasks", "x"],
    ],
)
def test_a_wrong_command_is_not_understood(cli: Path, tmp_path: Path, wrong: list[str]) -> None:
    assert not_understood(cli, [wrong], tmp_path) != ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("terraform apply", "init was not run"),
        ("terraform init; terraform apply -target=aws_lb.none", "no such address: aws_lb.none"),
        ("terraform init; terraform apply; terraform output -raw none", "no output none"),
        ("terraform init; terraform apply; terraform output -raw migrate_job", "-raw refuses it"),
        (
            "terraform init; terraform apply -target=aws_ecr_repository.fastapi; terraform output -raw cluster",
            "has no value before these are applied: aws_ecs_cluster.main",
        ),
        ("docker push r/fastapi:v1", "nobody is logged in"),
        ("docker build --tag x .", "no Dockerfile"),
        ("docker login --username AWS --password-stdin r </dev/null", "no password"),
        ("docker build --tags x .", "required: --tag"),
    ],
)
def test_a_stand_in_refuses_what_would_fail(tmp_path: Path, line: str, said: str) -> None:
    place = Place(tmp_path, GENERATED / RUN, "terraform", "docker")
    place.outputs(str)
    with pytest.raises(AssertionError, match=re.escape(said)):
        place.run(Block("", line), {})


@pytest.mark.slow
@pytest.mark.xdist_group("readmes")
def test_the_state_bucket_is_set_up_as_its_readme_says(aws: Emulator, tmp_path: Path) -> None:
    """With the real Terraform; its questions are answered by `TF_CLI_ARGS_*`."""
    terraform.needs_terraform()
    aws.reset()
    (block,) = [each for each in blocks(STORE / "README.md") if each.section == SET_UP]
    shutil.copytree(STORE, tmp_path / "generated" / STORE.name)
    script = block.text.replace("SPEC…", str(ROOT / "specs" / "stage3v3.yaml"))
    answers = {"TF_CLI_ARGS_apply": "-auto-approve", "TF_CLI_ARGS_init": "-force-copy"}
    environment = {**with_command(tmp_path), **terraform.environment(), **aws.environment, **answers}
    environment["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment["PYTHONPATH"] = str(ROOT / "compiler")
    line = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        line, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "generated" / STORE.name
    assert "No changes" in aws.terraform(folder, "plan", "-input=false").stdout
    assert not list(folder.glob("*.tfstate*"))
