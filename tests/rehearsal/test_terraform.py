"""What Terraform's own failures become."""

import json
import os
from pathlib import Path

import pytest
from stage3c.pipeline import compile_spec
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.terraform import Terraform

from tests.conftest import ROOT

FAILS = """#!/bin/sh
echo 'Error: no such plan' >&2
exit 1
"""


def test_a_command_that_fails_is_a_failure_of_the_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "terraform"
    program.write_text(FAILS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    (tmp_path / "main.tf.json").write_text(json.dumps({"provider": {"aws": [{"region": "us-east-1"}]}}))
    with processes(tmp_path / "logs") as running:
        terraform = Terraform(running, tmp_path, "http://127.0.0.1:1", "us-east-1")
        with pytest.raises(Failed, match="terraform plan fails: no such plan"):
            terraform.run("plan")
        with pytest.raises(Failed, match="terraform show fails"):
            terraform.json("none.tfplan")


def test_of_several_errors_the_one_of_which_most_is_known_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "terraform"
    said = "Error: creating X: ValidationException: bad\n\nError: creating Y: PriorityInUse: Priority 10 is in use"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    (tmp_path / "main.tf.json").write_text(json.dumps({"provider": {"aws": [{"region": "us-east-1"}]}}))
    with processes(tmp_path / "logs") as running, pytest.raises(Failed, match=r"apply fails: creating Y.* .1 more"):
        Terraform(running, tmp_path, "http://127.0.0.1:1", "us-east-1").run("apply")


def test_an_error_that_is_known_is_explained_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "terraform"
    said = (
        "InvalidParameterException: The target group with targetGroupArn x does not have an associated load balancer."
    )
    where = "with aws_ecs_service.nodejs,"
    program.write_text(f"#!/bin/sh\necho '│ Error: creating ECS Service: {said}\n│\n│   {where}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    (tmp_path / "main.tf.json").write_text(json.dumps({"provider": {"aws": [{"region": "us-east-1"}]}}))
    spec = ROOT / "specs" / "stage3v3.yaml"
    (build,) = compile_spec(spec.read_bytes(), "spec.yaml").builds
    line = spec.read_text(encoding="utf-8").splitlines().index("    load_balancer: public") + 1
    with processes(tmp_path / "logs") as running, pytest.raises(Failed) as failed:
        Terraform(running, tmp_path, "http://127.0.0.1:1", "us-east-1", build).run("apply")
    known = "The service starts before a listener forwards to its target group, or no listener does"
    assert failed.value.cause == (
        f"terraform apply fails: creating ECS Service: {said.rstrip('.')}. Cause: {known} (spec.yaml:{line})."
    )
    assert "The whole error is in " in failed.value.fix
