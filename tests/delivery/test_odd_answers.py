"""Answers that AWS, a registry or Terraform does not usually give: a sentence, never an exception of Python's."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli import jobs as command
from stage3c.cli.main import application
from stage3c.cli.states import _described
from stage3c.delivery import jobs, status
from stage3c.delivery.images import _token
from stage3c.delivery.jobs import Caller
from stage3c.delivery.status import _service
from stage3c.delivery.terraform import Terraform
from stage3c.live import state_versions
from stage3c.live.account import Account, Answer, LiveError
from stage3c.live.checks.images import _read
from stage3c.live.state_versions import Version
from typer.testing import CliRunner

from tests.delivery.deployed import BUILD, SPEC

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(("config", "digest", "manifests", "platform", "os")), inner)
    ),
)


@given(JSON.map(json.dumps) | st.text())
def test_a_manifest_of_any_form_is_read_or_unknown(text: str) -> None:
    with suppress(Unanswered):
        known, digest = _read(text)
        assert isinstance(digest, str)
        assert not (digest and known)


@pytest.mark.parametrize(
    "answer",
    [
        {"authorizationData": []},
        {"authorizationData": None},
        {"authorizationData": [{"authorizationToken": "%"}]},
        {"authorizationData": [{"authorizationToken": base64.b64encode(b"\xff").decode()}]},
    ],
)
def test_no_password_of_ecr_is_said(answer: Any) -> None:
    with pytest.raises(Unanswered, match="ECR gave no password"):
        _token(answer)


@pytest.mark.parametrize("said", ["No state file was found!", "Error: expired token"])
def test_a_state_that_cannot_be_listed_is_not_an_empty_one(
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if "No state" in said:
        assert Terraform(tmp_path, None, print).addresses() == frozenset()
    else:
        with pytest.raises(LiveError, match="terraform state list failed"):
            Terraform(tmp_path, None, print).addresses()


def test_a_service_without_a_task_definition_is_unknown_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ecs:
        def ask(self, call: str, **_: Any) -> Any:
            raise Unanswered(call)

    monkeypatch.setattr(status, "described", lambda *_: Answer({"status": "ACTIVE"}))
    told = _service(cast("Account", Ecs()), BUILD, "nodejs")
    assert told.service.unknown == "the answer has no taskDefinition"


def test_versions_are_listed_with_a_command_that_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    version = Version("v1", datetime(2026, 11, 28, tzinfo=UTC), 10, is_current=True, serial=3)
    monkeypatch.setattr(state_versions, "versions", lambda *_: [version])
    done = CliRunner().invoke(application("state"), ["state", "list", str(SPEC)])
    assert done.exit_code == 0, done.output
    assert f"1 version; stage3c state restore {SPEC} VERSION restores one" in done.output


def test_a_version_without_a_time_is_described() -> None:
    assert _described([], Version("v1", None, 10, is_current=False, serial=3)).endswith("serial 3, 10 bytes\n")


def test_what_is_said_about_a_job_moves_no_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_job(*given: Any) -> int:
        caller: Caller = given[-1]
        caller.say("stopped: \x1b[31mred")
        return 1

    monkeypatch.setattr(jobs, "run_job", run_job)
    assert command.run_here(cast("Account", None), BUILD, "migrate") == 1
    assert "\x1b" not in capsys.readouterr().err
