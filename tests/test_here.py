"""Commands in messages are complete: pasted as they are, they work on the same spec, environment and folder."""

import json
from pathlib import Path

import pytest
from stage3c.cli.console import Format
from stage3c.cli.live import Here

TEXT = "stage3c build SPEC && terraform -chdir=FOLDER apply; stage3c status SPEC"


ELSEWHERE = (
    "stage3c build 'my a.yaml' --env prod --out 'my out' && terraform -chdir='my out/a-prod' apply; "
    "stage3c status 'my a.yaml' --env prod"
)
HERE = "stage3c build a.yaml && terraform -chdir=generated/a apply; stage3c status a.yaml"


@pytest.mark.parametrize(
    ("spec", "env", "folder", "told"),
    [("a.yaml", None, "generated/a", HERE), ("my a.yaml", "prod", "my out/a-prod", ELSEWHERE)],
)
def test_a_command_that_writes_has_the_output_folder(spec: str, env: str | None, folder: str, told: str) -> None:
    assert Here(Path(spec), env, Path(folder)).complete(TEXT) == told


@pytest.mark.parametrize("command", ["adopt", "bootstrap", "build", "release"])
def test_every_command_that_writes_files_of_terraform_has_it(command: str) -> None:
    here = Here(Path("a.yaml"), None, Path("out/a"))
    assert here.complete(f"run stage3c {command} SPEC.") == f"run stage3c {command} a.yaml --out out."


def test_a_command_of_two_words_and_one_that_reads_no_account_are_complete() -> None:
    here = Here(Path("a.yaml"), None, Path("out/a"))
    text = "stage3c state restore SPEC VERSION; stage3c prove SPEC; SPECS and SPEC alone stay"
    assert here.complete(text) == text.replace("restore SPEC", "restore a.yaml").replace("prove SPEC", "prove a.yaml")


def test_json_stays_json_whatever_the_path_is(capsys: pytest.CaptureFixture[str]) -> None:
    here = Here(Path('my "a".yaml'), None, Path("out\\x/a"))
    here.print(json.dumps({"fix": TEXT}), Format.JSON)
    assert json.loads(capsys.readouterr().out) == {"fix": here.complete(TEXT)}
