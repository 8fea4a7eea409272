"""Sessions in tasks: the command of the AWS CLI, word by word, and who runs it."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import run_inside
from tests.conftest import ROOT

TASK = "arn:aws:ecs:us-east-1:123456789012:task/agentic-aws-stage3v3/0a1b2c3d4e5f"
CLUSTER = "agentic-aws-stage3v3"


class Account:
    """An account in which one task of each service runs, except for what a test says."""

    changes: Mapping[str, Any] = {}

    def __init__(self, region: str, endpoint_url: str | None = None) -> None:
        self.region, self.endpoint_url = region, endpoint_url

    def ask(self, call: str, /, **_: Any) -> Any:
        if call in self.changes:
            return self.changes[call]
        if call == "ecs.describe_services":
            return {"services": [{"status": "ACTIVE", "enableExecuteCommand": True}]}
        return {"tasks": [task("fastapi"), task("nodejs")]}

    def all(self, call: str, members: str, /, **_: Any) -> Iterator[str]:
        assert members == "taskArns"
        yield from self.changes.get(call, [TASK])

    def maybe(self, call: str, /, *_: str, **__: Any) -> Any:
        secret = {"SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"}
        instance = {"Endpoint": {"Address": "db.example.internal", "Port": 5432}, "MasterUserSecret": secret}
        return self.changes.get(call, {"DBInstances": [instance]})


def task(container: str, agent: str = "RUNNING", **changes: Any) -> dict[str, Any]:
    agents = [{"name": "ExecuteCommandAgent", "lastStatus": agent}]
    return {
        "taskArn": TASK,
        "lastStatus": "RUNNING",
        "enableExecuteCommand": True,
        "startedAt": "2026-11-28",
        "containers": [{"name": container, "runtimeId": "0a1b2c3d4e5f-1", "managedAgents": agents}],
        **changes,
    }


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> type[Account]:
    monkeypatch.setattr("stage3c.live.account.Account", Account)
    monkeypatch.setattr(Account, "changes", {})
    monkeypatch.setenv("PATH", "/nonexistent")
    return Account


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    text = (ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8")
    path = tmp_path / "shop.yaml"
    path.write_text(
        text.replace("    port: 8000", "    exec: true\n    read_only_root: false\n    port: 8000"), encoding="utf-8"
    )
    return path


@pytest.mark.usefixtures("account")
def test_a_shell_is_opened_in_a_task(spec: Path) -> None:
    done = run_inside("exec", spec, "fastapi", "--print")
    assert done.returncode == 0, done.stderr
    assert shlex.split(done.stdout) == [
        *("aws", "ecs", "execute-command", "--cluster", CLUSTER, "--task", "0a1b2c3d4e5f", "--container", "fastapi"),
        *("--interactive", "--command", "/bin/sh", "--region", "us-east-1"),
    ]


@pytest.mark.usefixtures("account")
def test_a_command_keeps_its_words(spec: Path) -> None:
    words = ["python", "-c", "print('a b'); $(x)", "--", "--env"]
    done = run_inside("exec", spec, "fastapi", "--print", "--", *words)
    command = shlex.split(done.stdout)
    assert shlex.split(command[command.index("--command") + 1]) == words


@pytest.mark.usefixtures("account")
def test_without_the_programs_the_command_is_printed_with_what_to_install(spec: Path) -> None:
    done = run_inside("exec", spec, "fastapi")
    assert done.returncode == 3
    assert done.stdout.startswith("aws ecs execute-command ")
    assert "aws and session-manager-plugin not found" in done.stderr
    assert done.stderr.count("https://docs.aws.amazon.com/") == 2


@pytest.mark.usefixtures("account")
def test_a_port_leads_to_the_database_through_a_service_that_uses_it(spec: Path) -> None:
    done = run_inside("connect", spec, "main", "--print")
    assert done.returncode == 0, done.stderr
    command = shlex.split(done.stdout)
    parameters = command[command.index("--parameters") + 1]
    assert json.loads(parameters) == {
        "host": ["db.example.internal"],
        "portNumber": ["5432"],
        "localPortNumber": ["15432"],
    }
    assert command[:7] == [
        *("aws", "ssm", "start-session", "--target", f"ecs:{CLUSTER}_0a1b2c3d4e5f_0a1b2c3d4e5f-1"),
        *("--document-name", "AWS-StartPortForwardingSessionToRemoteHost"),
    ]
    assert "hostaddr=127.0.0.1 port=15432 dbname=agentic_aws_db" in done.stderr
    assert "rds!db-1" in done.stderr
    done = run_inside("connect", spec, "main", "--print", "--port", "6000")
    assert '"localPortNumber": ["6000"]' in done.stdout


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("exec", "nodejs"),
            1,
            "write `exec: true` and `read_only_root: false` under services.nodejs, then stage3c build {spec}",
        ),
        (("exec", "nodjs"), 2, "use nodejs"),
        (("exec", "fastapi", "--task", "ffff"), 3, "no task ffff of"),
        (("connect", "mian"), 2, "use main"),
        (("connect", "main", "--service", "nodejs"), 3, "use --service fastapi"),
        (("connect", "main", "--service", "nothing"), 2, "is not a service"),
    ],
)
def test_what_cannot_be_is_explained(spec: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = run_inside(words[0], spec, *words[1:], "--print")
    assert (done.returncode, done.stdout) == (code, "")
    assert said.format(spec=spec) in done.stderr


def test_a_database_is_not_reached_through_a_service_without_exec(account: type[Account]) -> None:
    assert account.changes == {}
    done = run_inside("connect", ROOT / "specs" / "stage3v3.yaml", "main")
    assert done.returncode == 1
    assert "write `exec: true` and `read_only_root: false` under services.fastapi" in done.stderr
    assert "stage3v3.yaml:" in done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ecs.list_tasks": []}, "no task of agentic-aws-stage3v3-fastapi is running"),
        ({"ecs.describe_tasks": {"tasks": [task("fastapi", lastStatus="PENDING")]}}, "no task of"),
        ({"ecs.describe_tasks": {"tasks": [task("fastapi", enableExecuteCommand=False)]}}, "--force-new-deployment"),
        ({"ecs.describe_tasks": {"tasks": [task("fastapi", agent="STOPPED")]}}, "accept no sessions"),
        ({"ecs.describe_services": {"services": []}}, "does not exist"),
        (
            {
                "ecs.describe_services": {"services": [{"status": "ACTIVE"}]},
                "ecs.describe_tasks": {"tasks": [task("fastapi", enableExecuteCommand=False)]},
            },
            "stage3v3 apply",
        ),
    ],
)
def test_a_task_that_accepts_no_session_is_explained(
    account: type[Account], spec: Path, changes: Mapping[str, Any], said: str
) -> None:
    account.changes = changes
    done = run_inside("exec", spec.rename(spec.with_name("stage3v3.yaml")), "fastapi", "--print")
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr


def test_a_database_that_is_not_there_is_explained(account: type[Account], spec: Path) -> None:
    account.changes = {"rds.describe_db_instances": None}
    done = run_inside("connect", spec, "main", "--print")
    assert done.returncode == 3
    assert "does not exist" in done.stderr


def test_the_aws_cli_is_run_with_these_words_and_no_shell(tmp_path: Path) -> None:
    for name in ("aws", "session-manager-plugin"):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:])\nsys.exit(7)\n")
        program.chmod(0o755)
    words = ["aws", "ecs", "--command", "echo $(id) 'a b' ; false"]
    script = f"from stage3c.cli.sessions import start; start({words!r})"
    settings = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert done.stdout.strip() == repr(words[1:])
