"""Terraform as it is started: it runs to its end, whatever becomes of us meanwhile."""

from pathlib import Path

import pytest
from stage3c.delivery.state_preview import preview
from stage3c.delivery.terraform import Terraform

# More than a pipe holds: whoever has no reader is killed before the last line.
PROGRAM = """\
#!/bin/sh
echo first
i=0
while [ $i -lt 3000 ]; do echo "creating one of many resources $i"; i=$((i+1)); done
echo written > state
echo last
"""


@pytest.mark.parametrize("reason", [KeyboardInterrupt, BrokenPipeError])
def test_an_apply_writes_its_state_after_an_interruption_or_with_a_closed_standard_error(
    reason: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "terraform"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if line == "first":
            raise reason

    with pytest.raises(reason):
        Terraform(tmp_path, None, tell).apply(tmp_path / "plan")
    assert (tmp_path / "state").read_text() == "written\n"
    assert (told[-1] == "last") is (reason is KeyboardInterrupt)


def test_the_state_is_that_of_the_spec_whatever_workspace_is_selected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\necho "$TF_WORKSPACE $TF_CLI_ARGS_plan"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("TF_WORKSPACE", "other")
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")
    told: list[str] = []
    Terraform(tmp_path, None, told.append).init()
    assert told == ["default "]


def test_a_preview_has_a_folder_workspace_and_options_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, folder = tmp_path / "terraform", tmp_path / "stack"
    program.write_text(
        '#!/bin/sh\necho "$1 [$TF_DATA_DIR$TF_CLI_ARGS_plan] $TF_WORKSPACE $AWS_ENDPOINT_URL" >> "$SEEN"\necho "{}"\n'
    )
    program.chmod(0o755)
    folder.mkdir()
    (folder / "main.tf.json").write_text("{}")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    for name in ("TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS_plan"):
        monkeypatch.setenv(name, "other")
    assert preview(folder, b"{}", "http://127.0.0.1:9") == []
    seen = (tmp_path / "seen").read_text().splitlines()
    assert seen == [f"{command} [] default http://127.0.0.1:9" for command in ("init", "plan", "show")]
