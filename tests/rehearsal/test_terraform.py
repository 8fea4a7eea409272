"""What Terraform's own failures become."""

import json
import os
from pathlib import Path

import pytest
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.terraform import Terraform

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
