"""The workflow for GitHub: it is YAML that says what is meant, its steps run, and its roles may do what they need and no more."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from stage3c.cli.main import application
from stage3c.delivery.ci import FOLDER, HEADER, WORKFLOW, Target, github_files
from stage3c.delivery.ci_policies import (
    AUDIENCE,
    ISSUER,
    POLICY_MAX_CHARS,
    Needs,
    needs_to_plan,
    needs_to_release,
    policies,
    refused,
    trust,
)
from stage3c.graph import Graph, Json
from stage3c.pipeline import Build, compile_spec
from stage3c.policy.evaluator import Request, decide
from stage3c.views.statements import statements_of
from typer.testing import CliRunner

from tests.conftest import ROOT
from tests.live.test_everything import EVERYTHING

ACCOUNT = "123456789012"
TARGET = Target("acme/shop", "main", ACCOUNT, "generated")
BUILDS: list[Build] = [
    build
    for spec in (*sorted((ROOT / "specs").glob("*.yaml")), EVERYTHING)
    for build in compile_spec(spec.read_bytes(), f"specs/{spec.name}").builds
]
FILES = github_files(BUILDS, TARGET)


def workflow(text: str = FILES[WORKFLOW]) -> Any:
    told = yaml.safe_load(text)
    return {"on": told.pop(True), **told}  # YAML 1.1 takes `on` for a truth value, and GitHub does not


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow()["jobs"].items():
        yield from ((name, step) for step in job["steps"])


def step(job: str, name: str) -> dict[str, Any]:
    return next(each for where, each in steps() if where == job and each.get("name") == name)


def stacks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(step("check", "Find the stacks that have changed")["env"]["STACKS"])
    return found


def test_it_says_when_it_runs_and_what_it_may() -> None:
    told = workflow()
    assert told["on"]["push"] == {"branches": ["main"]}
    assert set(told["on"]) == {"pull_request", "push", "workflow_dispatch"}
    assert told["permissions"] == {"contents": "read"}
    jobs = told["jobs"]
    assert {name: job.get("permissions") for name, job in jobs.items()} == {
        "check": None,
        "plan": {"contents": "read", "id-token": "write"},
        "release": {"contents": "read", "id-token": "write"},
    }
    assert "head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert "event_name != 'pull_request'" in jobs["release"]["if"]
    assert jobs["release"]["concurrency"]["cancel-in-progress"] is False
    assert jobs["release"]["environment"] == "${{ matrix.stack.name }}"
    order = [each.get("name") for where, each in steps() if where == "release"]
    assert order[-3:] == ["Install", "Release", "Verify"]


def test_no_expression_stands_in_a_script_and_no_key_is_stored() -> None:
    for _, each in steps():
        assert "${{" not in each.get("run", "")
        assert each.get("uses", "x@v1").rpartition("@")[2].startswith("v")
    assert "secrets." not in FILES[WORKFLOW]
    assert "AWS_ACCESS_KEY" not in FILES[WORKFLOW]


def test_every_script_is_bash() -> None:
    for _, each in steps():
        if "run" in each:
            done = subprocess.run(["bash", "-n"], input=each["run"], text=True, capture_output=True, check=False)
            assert done.returncode == 0, each["run"] + done.stderr


def test_every_stack_is_there_with_what_its_release_needs() -> None:
    assert [each["name"] for each in stacks()] == [build.stack_name for build in BUILDS]
    reference = next(each for each in stacks() if each["name"] == "stage3v3")
    assert reference["paths"] == ["specs/stage3v3.yaml", "generated/stage3v3", "services/fastapi", "services/nodejs"]
    for each in stacks():
        page = FILES[f"{FOLDER}/README.md"]
        assert {role for role in (each["plan_role"], each["release_role"]) if role.rpartition("/")[2] in page} == {
            each["plan_role"],
            each["release_role"],
        }


def test_the_page_creates_each_policy_once_and_then_updates_it() -> None:
    page = [
        shlex.split(line) for line in FILES[f"{FOLDER}/README.md"].splitlines() if line.startswith("        aws iam ")
    ]
    asked = [(words[2], dict(zip(words[3::2], words[4::2], strict=False))) for words in page]
    written = {f"file://{path.removeprefix(f'{FOLDER}/')}" for path in FILES if path.endswith(".json")}
    for verbs in (("create-role", "create-policy"), ("update-assume-role-policy", "create-policy-version")):
        documents = [
            given.get("--policy-document") or given["--assume-role-policy-document"]
            for verb, given in asked
            if verb in verbs
        ]
        assert sorted(documents) == sorted(written)
    attached = [given["--policy-arn"] for verb, given in asked if verb == "attach-role-policy"]
    assert attached == [given["--policy-arn"] for verb, given in asked if verb == "create-policy-version"]


def git(folder: Path, *arguments: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, text=True, capture_output=True, check=True, env={**os.environ, **own}
    )
    return done.stdout.strip()


def changed(folder: Path, base: str, *, everything: bool = False) -> list[str]:
    found = step("check", "Find the stacks that have changed")
    output = folder / "output"
    output.write_text("")
    settings = {
        "BASE": base,
        "ALL": str(everything).lower(),
        "STACKS": found["env"]["STACKS"],
        "GITHUB_OUTPUT": str(output),
    }
    subprocess.run(
        ["bash", "-ec", found["run"]], cwd=folder, check=True, env={**os.environ, **settings}, capture_output=True
    )
    name, _, value = output.read_text().partition("=")
    assert name == "stacks"
    return [each["name"] for each in json.loads(value)]


def test_only_stacks_whose_files_have_changed_are_planned_and_released(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for name in ("specs/stage3v3.yaml", "services/app/main.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    base = git(tmp_path, "rev-parse", "HEAD")
    assert changed(tmp_path, base) == []
    assert len(changed(tmp_path, base, everything=True)) == len(BUILDS)
    (tmp_path / "specs" / "stage3v3.yaml").write_text("2")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "two")
    assert changed(tmp_path, base) == ["stage3v3"]
    (tmp_path / "services" / "app" / "main.py").write_text("2")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "three")
    assert {"stage3v3", "dev-prod-dev", "dev-prod-prod"} <= set(changed(tmp_path, base))
    assert len(changed(tmp_path, "0" * 40)) == len(BUILDS)


def test_a_release_applies_only_what_was_judged_and_sees_a_rollback(tmp_path: Path) -> None:
    """`stage3c release` judges every plan, also those before the images and the jobs, and follows each deployment."""
    scripts = [each["run"] for where, each in steps() if where == "release" and "run" in each]
    assert not any("terraform" in each or "services-stable" in each for each in scripts)
    (tmp_path / "stage3c").write_text('#!/bin/bash\nprintf "%s|" "$@" > words\n')
    (tmp_path / "stage3c").chmod(0o755)
    own = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "SPEC": "my shop.yaml", "ENVIRONMENT": "prod"}
    subprocess.run(["bash", "-ec", step("release", "Release")["run"]], cwd=tmp_path, env=own, check=True)
    words = (tmp_path / "words").read_text().removesuffix("|").split("|")
    options = ["--out", "generated", "--yes", "--no-preflight", "--no-verify"]
    assert words == ["release", "my shop.yaml", "--env", "prod", *options]
    help_text = CliRunner().invoke(application("release"), ["release", "--help"], env={"COLUMNS": "200"}).output
    assert all(option in help_text for option in options if option.startswith("--"))


def test_a_release_may_ask_what_the_command_asks() -> None:
    build = next(each for each in BUILDS if each.stack_name == "stage3v3")
    granted = set().union(*needs_to_release(build.stack, ACCOUNT).values())
    assert granted >= {
        "ecr:DescribeImages", "ecr:GetAuthorizationToken", "ecr:PutImage", "ecs:DescribeServices", "ecs:DescribeTasks",
        "ecs:RunTask", "ecs:StopTask", "ecs:UpdateService", "logs:GetLogEvents", "s3:GetObject",
    }  # fmt: skip


@pytest.mark.parametrize("build", BUILDS, ids=[build.stack_name for build in BUILDS])
def test_the_policies_grant_what_is_needed_and_nothing_else(build: Build) -> None:
    for needed in (needs_to_plan, needs_to_release):
        needs = needed(build.stack, ACCOUNT)
        made = policies(build.stack, needs)
        assert refused(needs, made) == []
        assert max(len(json.dumps(each, separators=(",", ":"))) for each in made) <= POLICY_MAX_CHARS
        granted = {action for policy in made for each in policy["Statement"] for action in each["Action"]}
        assert granted == set().union(*needs.values())
        assert sorted({place for places in granting(needs, made) if len(places) == 1 for place in places}) == list(
            range(sum(len(policy["Statement"]) for policy in made))
        ), "a statement that is the only one for nothing"


def granting(needs: Needs, made: list[dict[str, Any]]) -> Iterator[list[int]]:
    """For each action on each ARN the numbers of the statements that grant it."""
    parsed = [each for policy in made for each in statements_of(Graph({}), Json(policy), "p") or ()]
    for arns, actions in needs.items():
        for action in actions:
            tasks = {"iam:passedtoservice": "ecs-tasks.amazonaws.com"} if action == "iam:PassRole" else {}
            for arn in arns:
                request = Request(action, arn, context=tasks)
                yield [
                    number
                    for number, each in enumerate(parsed)
                    if action in (each.actions or ()) and decide(request, [each]).allowed
                ]


@pytest.mark.parametrize("build", BUILDS, ids=[build.stack_name for build in BUILDS])
def test_who_plans_changes_nothing(build: Build) -> None:
    granted = set().union(*needs_to_plan(build.stack, ACCOUNT).values())
    words = ("Create", "Delete", "Put", "Modify", "Update", "Pass", "Run", "Register", "Tag", "Attach", "Set")
    assert [action for action in granted if action.partition(":")[2].startswith(words)] == []
    assert {"s3:GetObject", "s3:ListBucket"} <= granted


def test_a_release_may_not_do_what_its_steps_do_not_need() -> None:
    build = next(each for each in BUILDS if each.stack_name == "stage3v3")
    made = policies(build.stack, needs_to_release(build.stack, ACCOUNT))
    parsed = [each for policy in made for each in statements_of(Graph({}), Json(policy), "p") or ()]
    role = f"arn:aws:iam::{ACCOUNT}:role"
    own = f"{role}/agentic-aws-stage3v3-migrate-task-us-east-1"
    tasks = {"iam:passedtoservice": "ecs-tasks.amazonaws.com"}
    asked = [
        (Request("iam:PassRole", own, context=tasks), True),
        (Request("iam:PassRole", own, context={"iam:passedtoservice": "ec2.amazonaws.com"}), False),
        (Request("iam:PassRole", f"{role}/admin", context=tasks), False),
        (Request("iam:PutRolePolicy", f"{role}/agentic-aws-stage3v3-github-release-us-east-1"), False),
        (Request("ecs:RunTask", f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/agentic-aws-stage3v3-migrate:12"), True),
        (Request("ecs:RunTask", f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/agentic-aws-stage3v3-nodejs:12"), False),
        (Request("s3:GetObject", "arn:aws:s3:::agentic-aws-terraform-state/other.tfstate"), False),
        (Request("ecr:PutImage", f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/agentic-aws/stage3v3/nodejs"), True),
        (Request("ecr:PutImage", f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/other"), False),
    ]  # fmt: skip
    assert [(request.action, decide(request, parsed).allowed) for request, _ in asked] == [
        (request.action, allowed) for request, allowed in asked
    ]


@pytest.mark.parametrize(
    ("claims", "allowed"),
    [
        ({"aud": AUDIENCE, "sub": "repo:acme/shop:environment:stage3v3"}, True),
        ({"aud": AUDIENCE, "sub": "repo:acme/shop:environment:other"}, False),
        ({"aud": AUDIENCE, "sub": "repo:acme/shop:pull_request"}, False),
        ({"aud": AUDIENCE, "sub": "repo:mallory/shop:environment:stage3v3"}, False),
        ({"aud": AUDIENCE, "sub": "repo:acme/shop:ref:refs/heads/main"}, False),
        ({"aud": "https://github.com/mallory", "sub": "repo:acme/shop:environment:stage3v3"}, False),
        ({"aud": AUDIENCE}, False),
        ({"sub": "repo:acme/shop:environment:stage3v3"}, False),
    ],
)
def test_a_role_is_given_to_one_environment_of_one_repository(claims: dict[str, str], allowed: bool) -> None:  # noqa: FBT001
    document = trust(BUILDS[0].stack, ACCOUNT, "acme/shop", "environment:stage3v3")
    trusted = statements_of(Graph({}), Json(document), "trust")
    assert trusted
    context: dict[str, str | None] = {f"{ISSUER}:{name}": claims.get(name) for name in ("aud", "sub")}
    provider = f"Federated:arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
    request = Request("sts:AssumeRoleWithWebIdentity", "*", provider, context)
    assert decide(request, (), trusted).allowed is allowed


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my specs").mkdir()
    shutil.copy(ROOT / "specs" / "stage3v3.yaml", tmp_path / "my specs" / "stage3v3.yaml")
    return tmp_path


def ci(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(application(), ["ci", "github", *arguments])
    return done.exit_code, done.output


def test_the_command_writes_and_checks(project: Path) -> None:
    asked = ("my specs/stage3v3.yaml", "--repository", "acme/shop", "--account", ACCOUNT)
    assert ci(*asked, "--check")[0] == 1
    assert not (project / WORKFLOW).exists()
    code, output = ci(*asked)
    assert code == 0, output
    text = (project / WORKFLOW).read_text()
    assert "stage3c validate 'my specs/stage3v3.yaml' --format github" in [
        each.get("run") for each in workflow(text)["jobs"]["check"]["steps"]
    ]
    assert ci(*asked, "--check")[0] == 0
    (project / WORKFLOW).write_text(text + "\n")
    assert ci(*asked, "--check")[0] == 1
    (project / WORKFLOW).write_text("name: mine\n")
    code, output = ci(*asked)
    assert (code, "not written by this command" in output) == (2, True)
    assert HEADER in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("my specs/stage3v3.yaml", "--repository", "acme/shop"),
        ("my specs/stage3v3.yaml", "--repository", "acme/shop", "--account", "1"),
        ("my specs/stage3v3.yaml", "--repository", "acme/shop\n  x", "--account", ACCOUNT),
        ("my specs/stage3v3.yaml", "--repository", "acme/*", "--account", ACCOUNT),
        ("my specs/stage3v3.yaml", "--repository", "acme/shop", "--account", ACCOUNT, "--branch", "${{ x }}"),
        ("../x.yaml", "--repository", "acme/shop", "--account", ACCOUNT),
        ("/etc/x.yaml", "--repository", "acme/shop", "--account", ACCOUNT),
        ("specs/$(reboot).yaml", "--repository", "acme/shop", "--account", ACCOUNT),
        ("my specs/stage3v3.yaml", "--out", "../out", "--repository", "acme/shop", "--account", ACCOUNT),
    ],
)
def test_what_cannot_be_trusted_is_refused(project: Path, arguments: tuple[str, ...]) -> None:
    code, output = ci(*arguments)
    assert code == 2, output
    assert "fix:" in output
    assert not (project / ".github").exists()


def test_the_workflow_installs_this_version_or_what_is_given(project: Path) -> None:
    arguments = ("my specs/stage3v3.yaml", "--repository", "acme/shop", "--account", ACCOUNT)
    code, output = ci(*arguments)
    assert (code, "from the package index" in output) == (0, True), output
    source = "stage3c[aws,verify] @ git+https://github.com/acme/stage3c@v1"
    code, output = ci(*arguments, "--install", source)
    assert (code, "from the package index" in output) == (0, False), output
    text = (project / WORKFLOW).read_text(encoding="utf-8")
    installs = [
        step["run"]
        for job in yaml.safe_load(text)["jobs"].values()
        for step in job["steps"]
        if "pip" in step.get("run", "")
    ]
    assert installs
    assert {shlex.split(line)[-1] for line in installs} == {source}


@pytest.mark.parametrize("given", ["$(id)", "x; id", "a 'b'", "x: y", "-r file", "a`id`"])
def test_what_is_no_requirement_is_refused(project: Path, given: str) -> None:
    code, output = ci("my specs/stage3v3.yaml", "--repository", "acme/shop", "--account", ACCOUNT, f"--install={given}")
    assert (code, "--install" in output) == (2, True), output
    assert not (project / ".github").exists()
