"""`stage3c audit` and `stage3c prove` as a person runs them."""

import json
import re
import shutil
from pathlib import Path

import pytest
from stage3c.cli.main import application
from typer.testing import CliRunner

from tests.conftest import ROOT

STACKS = ROOT / "tests" / "stacks"
INCIDENT = ROOT / "tests" / "incidents" / "terraform" / "5-secret-without-host"


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(application(), list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_a_stack_that_works_exits_0() -> None:
    code, _, said = run("audit", str(STACKS / "public_tasks"))
    assert code == 0
    assert "21 resources checked" in said


def test_an_incident_exits_1_and_names_file_and_line() -> None:
    code, out, _ = run("audit", str(INCIDENT))
    assert code == 1
    assert re.search(r"error\[SEC201\].*\n  --> .*5-secret-without-host/main\.tf:[0-9]+:1\n", out)
    assert 'has the keys username, password, not "host"' in out


def test_findings_come_as_json_and_sarif_too() -> None:
    code, out, _ = run("audit", str(INCIDENT), "--format", "json")
    assert code == 1
    found = json.loads(out)["diagnostics"]
    assert {
        "code",
        "severity",
        "title",
        "cause",
        "fix",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "spec_path",
    } == set(found[0])
    code, out, _ = run("audit", str(INCIDENT), "--format", "sarif")
    assert json.loads(out)["version"] == "2.1.0"


def test_one_file_and_a_plan_are_read_as_well() -> None:
    assert run("audit", str(STACKS / "public_tasks" / "main.tf"))[0] == 0
    assert run("audit", str(STACKS / "plans" / "public_tasks.json"))[0] == 0


def test_what_is_not_there_exits_2(tmp_path: Path) -> None:
    assert run("audit", str(tmp_path / "nothing"))[0] == 2
    assert run("audit", str(tmp_path))[0] == 1  # a folder without Terraform is a finding


def test_files_that_lead_out_of_their_folder_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere" / "secret.tf"
    secret.parent.mkdir()
    secret.write_text('resource "aws_eip" "a" {', encoding="utf-8")
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "main.tf").write_text('resource "aws_eip" "b" {\n  domain = "vpc"\n}\n', encoding="utf-8")
    (folder / "link.tf").symlink_to(secret)
    _, out, said = run("audit", str(folder))
    assert "1 resource checked" in said
    assert "AUD101" not in out


@pytest.mark.parametrize(
    "broken", ["aws_route", "aws_route_table_association", "aws_iam_role_policy", "aws_lb_listener"]
)
def test_a_copy_of_our_own_output_that_somebody_broke_is_found_out(broken: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generated" / "stage3v3", tmp_path / "stack")
    path = tmp_path / "stack" / "main.tf.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["resource"].pop(broken)
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    code, out, _ = run("audit", str(tmp_path / "stack"))
    assert code == 1
    assert "main.tf.json:" in out


def test_the_reference_stack_is_proven_hop_by_hop() -> None:
    code, out, _ = run("prove", str(ROOT / "specs" / "stage3v3.yaml"))
    assert code == 0
    assert out.startswith("stage3v3: every need is proven\n")
    assert "aws_ecs_service.fastapi -> aws_db_instance.main tcp/5432: open (queries)" in out
    assert 'statement "InjectSecrets" of aws_iam_role_policy.fastapi_execution' in out


def test_a_folder_is_proven_with_files_of_the_user(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generated" / "stage3v3", tmp_path / "stack")
    code, out, _ = run("prove", str(tmp_path / "stack"))
    assert (code, out.splitlines()[-1]) == (0, "50 proven, 0 blocked, 0 unknown")
    rule = 'resource "aws_vpc_security_group_egress_rule" "service_nodejs_to_anywhere_443" {\n  from_port = 444\n}\n'
    (tmp_path / "stack" / "own_override.tf").write_text(rule, encoding="utf-8")
    code, out, _ = run("prove", str(tmp_path / "stack"))
    assert code == 1
    assert "\n47 proven, 3 blocked, 0 unknown\n  blocked: aws_ecs_service.nodejs -> ecr.api tcp/443: aws_sec" in out


def test_what_cannot_be_evaluated_is_counted(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "image" {}\nresource "aws_ecs_service" "a" {\n  launch_type = "FARGATE"\n'
        '  task_definition = aws_ecs_task_definition.a.arn\n}\nresource "aws_ecs_task_definition" "a" {\n'
        '  container_definitions = jsonencode([{ name = "a", image = var.image }])\n}\n',
        encoding="utf-8",
    )
    code, out, _ = run("prove", str(tmp_path))
    assert code == 1
    assert "not everything is proven" in out
    assert "unknown: aws_ecs_service.a pulls an image for a from an unknown registry" in out
    assert " 0 blocked, " in out
    assert run("prove", str(tmp_path / "nothing"))[0] == 2


def test_every_environment_is_proven_as_json() -> None:
    code, out, _ = run("prove", str(ROOT / "specs" / "dev-prod.yaml"), "--format", "json")
    assert code == 0
    stacks = json.loads(out)["stacks"]
    assert [stack["stack"] for stack in stacks] == ["dev-prod-dev", "dev-prod-prod"]
    assert all(stack["proven"] and stack["flows"] and stack["permissions"] for stack in stacks)


def test_a_spec_with_errors_is_not_proven(tmp_path: Path) -> None:
    spec = tmp_path / "bad.yaml"
    spec.write_text("stage3c: 1\n", encoding="utf-8")
    assert run("prove", str(spec))[0] == 1
