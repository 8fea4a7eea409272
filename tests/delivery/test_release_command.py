"""The command `release`: what it refuses before anything changes, and how it exits."""

import json
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest
import typer
from stage3c.cli import delivery
from stage3c.cli.main import application
from stage3c.delivery import release
from stage3c.delivery.release import Step
from stage3c.delivery.terraform import TerraformError
from stage3c.delivery.verification import Row
from stage3c.live.account import FindingError
from typer.testing import CliRunner, Result

from tests.conftest import ROOT

SPEC = ROOT / "specs" / "stage3v3.yaml"
NOWHERE = "http://127.0.0.1:9"
ONLY = ("--yes", "--no-preflight", "--endpoint-url", NOWHERE)


def run(tmp_path: Path, *more: str, spec: str = str(SPEC), given: str = "") -> Result:
    return CliRunner().invoke(
        application("release"), ["release", spec, "--out", str(tmp_path / "out"), *ONLY, *more], input=given
    )


def without_steps(monkeypatch: pytest.MonkeyPatch, fault: Exception | None) -> None:
    """A release that does nothing, or ends with a fault."""

    def do() -> list[str]:
        if fault is not None:
            raise fault
        return []

    class Nothing:
        def __init__(self, *_: Any, **__: Any) -> None:
            """Take anything."""
            self.replaced = ["nodejs"]

        def steps(self) -> Iterator[Step]:
            yield Step("apply", "nothing", do)

    monkeypatch.setattr(release, "Release", Nothing)


def test_a_url_that_cannot_be_verified_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    done = run(tmp_path, "--url", "shop.example.com")
    assert done.exit_code == 2
    assert "the URL has no host" in done.output
    assert not (tmp_path / "out").exists()


def test_without_httpx_nothing_is_released_that_could_not_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = util.find_spec
    monkeypatch.setattr(delivery, "find_spec", lambda name: None if name == "httpx" else found(name))
    done = run(tmp_path)
    assert done.exit_code == 3
    assert "or add --no-verify" in done.output
    assert not (tmp_path / "out").exists()


def test_a_spec_on_standard_input_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, spec="-", given=SPEC.read_text(encoding="utf-8"))
    assert done.exit_code == 2
    assert "use the path of a spec" in done.output


def test_what_the_spec_or_the_code_must_change_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_steps(monkeypatch, FindingError("the data would be lost.", "restore the old value."))
    done = run(tmp_path)
    assert done.exit_code == 1
    assert "the data would be lost" in done.output


def test_what_terraform_says_is_explained_with_the_line_of_the_spec(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = (
        "Error: creating RDS DB Instance (main)\n\nInvalidParameterCombination: Cannot find version 15.13 for postgres"
    )
    without_steps(monkeypatch, TerraformError("terraform apply failed.", "read above.", log))
    done = run(tmp_path, "--format", "json")
    assert done.exit_code == 3
    (why,) = json.loads(done.stdout)["why"]
    line = next(number for number, text in enumerate(SPEC.read_text().splitlines(), 1) if "version:" in text)
    assert f"stage3v3.yaml:{line}, databases.main.version)" in why
    assert "Cannot find version 15.13" in why


def test_warnings_of_the_spec_are_not_part_of_a_json_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_steps(monkeypatch, None)
    done = run(tmp_path, "--no-verify", "--format", "json", spec=str(ROOT / "specs" / "minimal.yaml"))
    assert "warning[" in done.stderr
    assert json.loads(done.stdout)["steps"][0]["outcome"] == "done"


def test_a_failed_check_names_the_command_that_rolls_back_also_in_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_steps(monkeypatch, None)
    failed = Row("GET /", (), ("no connection",))
    monkeypatch.setattr(delivery, "verified", lambda *_: ([failed], []))
    done = run(tmp_path, "--format", "json", "--service", "nodejs")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["back"] == [f"stage3c rollback {SPEC} --service nodejs"]


def test_the_report_is_printed_even_if_the_address_to_verify_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any) -> None:
        raise typer.Exit(3)

    without_steps(monkeypatch, None)
    monkeypatch.setattr(delivery, "verified", unknown)
    done = run(tmp_path, "--format", "json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["steps"][0]["outcome"] == "done"


@pytest.mark.parametrize(
    ("ci", "given", "code"),
    [("true", "yes\n", 2), ("", "yes\n", 0), ("", "\n", 2), ("", "", 2), ("", "n\n", 2)],
)
def test_a_plan_is_confirmed_by_a_person_and_never_in_ci(
    ci: str, given: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[bool] = []

    class Asking:
        def __init__(self, *given: Any, **_: Any) -> None:
            self.talk, self.replaced = given[-1], list[str]()

        def steps(self) -> Iterator[Step]:
            yield Step("apply", "plan and apply", self.apply)

        def apply(self) -> list[str]:
            self.talk.confirm(["1 to destroy"])
            applied.append(True)
            return []

    monkeypatch.setattr(release, "Release", Asking)
    words = ["release", str(SPEC), "--out", str(tmp_path), "--no-preflight", "--no-verify", "--endpoint-url", NOWHERE]
    done = CliRunner().invoke(application("release"), words, input=given, env={"CI": ci})
    assert done.exit_code == code, done.output
    assert bool(applied) == (code == 0)
    assert ("this plan was not applied" in done.output) == (code == 2)
